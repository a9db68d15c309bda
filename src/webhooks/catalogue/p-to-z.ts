// The providers whose ids begin with p to z.
import type { Provider } from '../provider.ts';
import { paddle } from '../providers/paddle.ts';
import { paddleClassic } from '../providers/paddle-classic.ts';
import { pagerduty } from '../providers/pagerduty.ts';
import { pandadoc } from '../providers/pandadoc.ts';
import { paypal } from '../providers/paypal.ts';
import { paystack } from '../providers/paystack.ts';
import { persona } from '../providers/persona.ts';
import { pipedrive } from '../providers/pipedrive.ts';
import { plaid } from '../providers/plaid.ts';
import { plivo } from '../providers/plivo.ts';
import { polar } from '../providers/polar.ts';
import { postmark } from '../providers/postmark.ts';
import { primer } from '../providers/primer.ts';
import { pusher } from '../providers/pusher.ts';
import { quickbooks } from '../providers/quickbooks.ts';
import { razorpay } from '../providers/razorpay.ts';
import { recallAi } from '../providers/recall-ai.ts';
import { recurly } from '../providers/recurly.ts';
import { render } from '../providers/render.ts';
import { replicate } from '../providers/replicate.ts';
import { resend } from '../providers/resend.ts';
import { retell } from '../providers/retell.ts';
import { revenuecat } from '../providers/revenuecat.ts';
import { revolut } from '../providers/revolut.ts';
import { rootly } from '../providers/rootly.ts';
import { salesforce } from '../providers/salesforce.ts';
import { sanity } from '../providers/sanity.ts';
import { segment } from '../providers/segment.ts';
import { sellsy } from '../providers/sellsy.ts';
import { sendbird } from '../providers/sendbird.ts';
import { sendgrid } from '../providers/sendgrid.ts';
import { sentry } from '../providers/sentry.ts';
import { shippo } from '../providers/shippo.ts';
import { shopify } from '../providers/shopify.ts';
import { sinch } from '../providers/sinch.ts';
import { slack } from '../providers/slack.ts';
import { snyk } from '../providers/snyk.ts';
import { square } from '../providers/square.ts';
import { squarespace } from '../providers/squarespace.ts';
import { standardwebhooks } from '../providers/standardwebhooks.ts';
import { statsig } from '../providers/statsig.ts';
import { stripe } from '../providers/stripe.ts';
import { stytch } from '../providers/stytch.ts';
import { supabaseAuth } from '../providers/supabase-auth.ts';
import { supabaseDb } from '../providers/supabase-db.ts';
import { svix } from '../providers/svix.ts';
import { tally } from '../providers/tally.ts';
import { telegram } from '../providers/telegram.ts';
import { telnyx } from '../providers/telnyx.ts';
import { tiktok } from '../providers/tiktok.ts';
import { travis } from '../providers/travis.ts';
import { trello } from '../providers/trello.ts';
import { twilio } from '../providers/twilio.ts';
import { twitch } from '../providers/twitch.ts';
import { typeform } from '../providers/typeform.ts';
import { upstashQstash } from '../providers/upstash-qstash.ts';
import { vanta } from '../providers/vanta.ts';
import { vapi } from '../providers/vapi.ts';
import { vercel } from '../providers/vercel.ts';
import { viber } from '../providers/viber.ts';
import { vonage } from '../providers/vonage.ts';
import { webex } from '../providers/webex.ts';
import { webflow } from '../providers/webflow.ts';
import { wise } from '../providers/wise.ts';
import { wix } from '../providers/wix.ts';
import { woocommerce } from '../providers/woocommerce.ts';
import { workday } from '../providers/workday.ts';
import { workos } from '../providers/workos.ts';
import { x } from '../providers/x.ts';
import { xero } from '../providers/xero.ts';
import { yousign } from '../providers/yousign.ts';
import { zapier } from '../providers/zapier.ts';
import { zendesk } from '../providers/zendesk.ts';
import { zoom } from '../providers/zoom.ts';

export const providersPToZ: readonly Provider[] = [
  paddle,
  paddleClassic,
  pagerduty,
  pandadoc,
  paypal,
  paystack,
  persona,
  pipedrive,
  plaid,
  plivo,
  polar,
  postmark,
  primer,
  pusher,
  quickbooks,
  razorpay,
  recallAi,
  recurly,
  render,
  replicate,
  resend,
  retell,
  revenuecat,
  revolut,
  rootly,
  salesforce,
  sanity,
  segment,
  sellsy,
  sendbird,
  sendgrid,
  sentry,
  shippo,
  shopify,
  sinch,
  slack,
  snyk,
  square,
  squarespace,
  standardwebhooks,
  statsig,
  stripe,
  stytch,
  supabaseAuth,
  supabaseDb,
  svix,
  tally,
  telegram,
  telnyx,
  tiktok,
  travis,
  trello,
  twilio,
  twitch,
  typeform,
  upstashQstash,
  vanta,
  vapi,
  vercel,
  viber,
  vonage,
  webex,
  webflow,
  wise,
  wix,
  woocommerce,
  workday,
  workos,
  x,
  xero,
  yousign,
  zapier,
  zendesk,
  zoom,
];

// The providers whose ids begin with a to f.
import type { Provider } from '../provider.ts';
import { ably } from '../providers/ably.ts';
import { adyen } from '../providers/adyen.ts';
import { adyenPlatform } from '../providers/adyen-platform.ts';
import { affirm } from '../providers/affirm.ts';
import { aftership } from '../providers/aftership.ts';
import { airtable } from '../providers/airtable.ts';
import { airwallex } from '../providers/airwallex.ts';
import { anthropic } from '../providers/anthropic.ts';
import { asana } from '../providers/asana.ts';
import { ashby } from '../providers/ashby.ts';
import { attio } from '../providers/attio.ts';
import { auth0 } from '../providers/auth0.ts';
import { authorizeNet } from '../providers/authorize-net.ts';
import { autodesk } from '../providers/autodesk.ts';
import { awsSns } from '../providers/aws-sns.ts';
import { azureDevops } from '../providers/azure-devops.ts';
import { azureEventGrid } from '../providers/azure-event-grid.ts';
import { bigcommerce } from '../providers/bigcommerce.ts';
import { bitbucket } from '../providers/bitbucket.ts';
import { bolt } from '../providers/bolt.ts';
import { box } from '../providers/box.ts';
import { braintree } from '../providers/braintree.ts';
import { brex } from '../providers/brex.ts';
import { buildkite } from '../providers/buildkite.ts';
import { calCom } from '../providers/cal-com.ts';
import { calendly } from '../providers/calendly.ts';
import { chargebee } from '../providers/chargebee.ts';
import { chargify } from '../providers/chargify.ts';
import { checkout } from '../providers/checkout.ts';
import { checkr } from '../providers/checkr.ts';
import { circleci } from '../providers/circleci.ts';
import { clerk } from '../providers/clerk.ts';
import { clickup } from '../providers/clickup.ts';
import { close } from '../providers/close.ts';
import { cloudevents } from '../providers/cloudevents.ts';
import { cloudflareNotifications } from '../providers/cloudflare-notifications.ts';
import { cloudinary } from '../providers/cloudinary.ts';
import { coinbaseCommerce } from '../providers/coinbase-commerce.ts';
import { constantContact } from '../providers/constant-contact.ts';
import { contentful } from '../providers/contentful.ts';
import { crisp } from '../providers/crisp.ts';
import { customerIo } from '../providers/customer-io.ts';
import { datadog } from '../providers/datadog.ts';
import { discord } from '../providers/discord.ts';
import { docusign } from '../providers/docusign.ts';
import { dodoPayments } from '../providers/dodo-payments.ts';
import { doppler } from '../providers/doppler.ts';
import { dropbox } from '../providers/dropbox.ts';
import { dropboxSign } from '../providers/dropbox-sign.ts';
import { dub } from '../providers/dub.ts';
import { dwolla } from '../providers/dwolla.ts';
import { easypost } from '../providers/easypost.ts';
import { ebay } from '../providers/ebay.ts';
import { elevenlabs } from '../providers/elevenlabs.ts';
import { etsy } from '../providers/etsy.ts';
import { fal } from '../providers/fal.ts';
import { fathom } from '../providers/fathom.ts';
import { figma } from '../providers/figma.ts';
import { finch } from '../providers/finch.ts';
import { fireblocks } from '../providers/fireblocks.ts';
import { flutterwave } from '../providers/flutterwave.ts';
import { folk } from '../providers/folk.ts';
import { formstack } from '../providers/formstack.ts';
import { framer } from '../providers/framer.ts';
import { front } from '../providers/front.ts';
import { fusionauth } from '../providers/fusionauth.ts';

export const providersAToF: readonly Provider[] = [
  ably,
  adyen,
  adyenPlatform,
  affirm,
  aftership,
  airtable,
  airwallex,
  anthropic,
  asana,
  ashby,
  attio,
  auth0,
  authorizeNet,
  autodesk,
  awsSns,
  azureDevops,
  azureEventGrid,
  bigcommerce,
  bitbucket,
  bolt,
  box,
  braintree,
  brex,
  buildkite,
  calCom,
  calendly,
  chargebee,
  chargify,
  checkout,
  checkr,
  circleci,
  clerk,
  clickup,
  close,
  cloudevents,
  cloudflareNotifications,
  cloudinary,
  coinbaseCommerce,
  constantContact,
  contentful,
  crisp,
  customerIo,
  datadog,
  discord,
  docusign,
  dodoPayments,
  doppler,
  dropbox,
  dropboxSign,
  dub,
  dwolla,
  easypost,
  ebay,
  elevenlabs,
  etsy,
  fal,
  fathom,
  figma,
  finch,
  fireblocks,
  flutterwave,
  folk,
  formstack,
  framer,
  front,
  fusionauth,
];

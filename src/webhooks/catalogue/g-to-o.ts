// The providers whose ids begin with g to o.
import type { Provider } from '../provider.ts';
import { gemini } from '../providers/gemini.ts';
import { generic } from '../providers/generic.ts';
import { gitea } from '../providers/gitea.ts';
import { github } from '../providers/github.ts';
import { gitlab } from '../providers/gitlab.ts';
import { gocardless } from '../providers/gocardless.ts';
import { gong } from '../providers/gong.ts';
import { googleChannels } from '../providers/google-channels.ts';
import { googlePubsub } from '../providers/google-pubsub.ts';
import { grafana } from '../providers/grafana.ts';
import { greenhouse } from '../providers/greenhouse.ts';
import { helpscout } from '../providers/helpscout.ts';
import { heroku } from '../providers/heroku.ts';
import { highlevel } from '../providers/highlevel.ts';
import { hookdeck } from '../providers/hookdeck.ts';
import { hubspot } from '../providers/hubspot.ts';
import { incidentIo } from '../providers/incident-io.ts';
import { increase } from '../providers/increase.ts';
import { inngest } from '../providers/inngest.ts';
import { intercom } from '../providers/intercom.ts';
import { jira } from '../providers/jira.ts';
import { jiraConnect } from '../providers/jira-connect.ts';
import { jobber } from '../providers/jobber.ts';
import { keygen } from '../providers/keygen.ts';
import { kinde } from '../providers/kinde.ts';
import { klaviyo } from '../providers/klaviyo.ts';
import { knock } from '../providers/knock.ts';
import { launchdarkly } from '../providers/launchdarkly.ts';
import { lemonsqueezy } from '../providers/lemonsqueezy.ts';
import { line } from '../providers/line.ts';
import { linear } from '../providers/linear.ts';
import { linkedin } from '../providers/linkedin.ts';
import { lithic } from '../providers/lithic.ts';
import { liveblocks } from '../providers/liveblocks.ts';
import { livekit } from '../providers/livekit.ts';
import { lob } from '../providers/lob.ts';
import { loops } from '../providers/loops.ts';
import { mailchimp } from '../providers/mailchimp.ts';
import { mailgun } from '../providers/mailgun.ts';
import { mandrill } from '../providers/mandrill.ts';
import { mautic } from '../providers/mautic.ts';
import { mercadoPago } from '../providers/mercado-pago.ts';
import { mergeDev } from '../providers/merge-dev.ts';
import { messagebird } from '../providers/messagebird.ts';
import { meta } from '../providers/meta.ts';
import { microsoftGraph } from '../providers/microsoft-graph.ts';
import { modernTreasury } from '../providers/modern-treasury.ts';
import { mollie } from '../providers/mollie.ts';
import { monday } from '../providers/monday.ts';
import { mongodbAtlas } from '../providers/mongodb-atlas.ts';
import { msTeams } from '../providers/ms-teams.ts';
import { mux } from '../providers/mux.ts';
import { netlify } from '../providers/netlify.ts';
import { notion } from '../providers/notion.ts';
import { npm } from '../providers/npm.ts';
import { nylas } from '../providers/nylas.ts';
import { okta } from '../providers/okta.ts';
import { onfido } from '../providers/onfido.ts';
import { onfleet } from '../providers/onfleet.ts';
import { openai } from '../providers/openai.ts';

export const providersGToO: readonly Provider[] = [
  gemini,
  generic,
  gitea,
  github,
  gitlab,
  gocardless,
  gong,
  googleChannels,
  googlePubsub,
  grafana,
  greenhouse,
  helpscout,
  heroku,
  highlevel,
  hookdeck,
  hubspot,
  incidentIo,
  increase,
  inngest,
  intercom,
  jira,
  jiraConnect,
  jobber,
  keygen,
  kinde,
  klaviyo,
  knock,
  launchdarkly,
  lemonsqueezy,
  line,
  linear,
  linkedin,
  lithic,
  liveblocks,
  livekit,
  lob,
  loops,
  mailchimp,
  mailgun,
  mandrill,
  mautic,
  mercadoPago,
  mergeDev,
  messagebird,
  meta,
  microsoftGraph,
  modernTreasury,
  mollie,
  monday,
  mongodbAtlas,
  msTeams,
  mux,
  netlify,
  notion,
  npm,
  nylas,
  okta,
  onfido,
  onfleet,
  openai,
];

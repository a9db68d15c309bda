// Slack: the Events API (docs.slack.dev/apis/events-api) and slash commands.
import { secondsOf, type Fresh, type Sample, type Samples } from '../sample.ts';

const team = 'T0SAMPLE1';
const app = 'A0SAMPLE1';

function callback(fresh: Fresh, event: object): Sample {
  return {
    headers: { 'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)' },
    json: {
      // The old verification token: a word that proves nothing, and is not looked at.
      token: 'sample-verification-token',
      team_id: team,
      api_app_id: app,
      event,
      type: 'event_callback',
      event_id: `Ev${fresh.id.slice(0, 9).toUpperCase()}`,
      event_time: secondsOf(fresh),
      authorizations: [{ enterprise_id: null, team_id: team, user_id: 'U0SAMPLE9', is_bot: true }],
      event_context: `4-sample-${fresh.id.slice(0, 16)}`,
    },
  };
}

function message(fresh: Fresh): Sample {
  const ts = `${secondsOf(fresh)}.${String(fresh.serial % 1_000_000).padStart(6, '0')}`;
  return callback(fresh, {
    type: 'message',
    channel: 'C0SAMPLE1',
    channel_type: 'channel',
    user: 'U0SAMPLE1',
    text: 'The 10:15 is on platform 2.',
    ts,
    event_ts: ts,
    team,
  });
}

export const slack: Samples = {
  event_callback: message,
  message,
  app_mention: (fresh) =>
    callback(fresh, {
      type: 'app_mention',
      channel: 'C0SAMPLE1',
      user: 'U0SAMPLE1',
      text: '<@U0SAMPLE9> is the line clear?',
      ts: `${secondsOf(fresh)}.000200`,
      event_ts: `${secondsOf(fresh)}.000200`,
    }),
  url_verification: ({ id }) => ({
    json: {
      token: 'sample-verification-token',
      challenge: `${id}${id.slice(0, 20)}`,
      type: 'url_verification',
    },
  }),
  command: (fresh) => ({
    form: {
      token: 'sample-verification-token',
      team_id: team,
      team_domain: 'sample',
      channel_id: 'C0SAMPLE1',
      channel_name: 'signals',
      user_id: 'U0SAMPLE1',
      user_name: 'grace',
      command: '/signal',
      text: 'clear 2',
      api_app_id: app,
      response_url: 'https://hooks.slack.example/commands/sample',
      trigger_id: `${fresh.serial}.sample.${fresh.id.slice(0, 12)}`,
    },
  }),
};

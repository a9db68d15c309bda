import { defineProvider } from '../provider.ts';

/** Google Calendar, Drive and Admin push channels: no body, the headers are all there is. */
export const googleChannels = defineProvider({
  id: 'google-channels',
  name: 'Google Calendar/Drive/Admin push channels',
  schemes: [{ kind: 'static-token', at: ['{header:x-goog-channel-token}'], written: ['plain'] }],
  handshakes: [
    {
      when: [{ at: '{header:x-goog-resource-state}', equals: 'sync' }],
      genuine: 'signed',
      answer: { status: 200 },
    },
  ],
  events: {
    prefix: 'com.google.channel',
    bodies: ['json', 'empty'],
    id: ['{header:x-goog-channel-id}-{header:x-goog-message-number}'],
    dedupe: ['{header:x-goog-channel-id}|{header:x-goog-message-number}'],
    type: ['{header:x-goog-resource-state}'],
    subject: ['{header:x-goog-resource-id}'],
  },
  links: [
    'https://developers.google.com/workspace/calendar/api/guides/push',
    'https://github.com/googleapis/google-api-python-client/blob/HEAD/googleapiclient/channel.py',
  ],
  evidence: 'sdk',
});

import { defineProvider } from '../provider.ts';

/** Jobber. */
export const jobber = defineProvider({
  id: 'jobber',
  name: 'Jobber',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-jobber-hmac-sha256}'], encoding: 'base64' },
      signed: '{body}',
    },
  ],
  events: {
    prefix: 'com.getjobber',
    type: ['{json:data.webHookEvent.topic}'],
    subject: ['{json:data.webHookEvent.itemId}'],
    time: { at: ['{json:data.webHookEvent.occuredAt}'], unit: 'iso' },
  },
  links: [
    'https://developer.getjobber.com/docs/using_jobbers_api/setting_up_webhooks/',
    'https://github.com/GetJobber/Jobber-AppTemplate-RailsAPI/blob/HEAD/app/controllers/webhooks/webhook_receiver_controller.rb',
  ],
  evidence: 'sdk',
});

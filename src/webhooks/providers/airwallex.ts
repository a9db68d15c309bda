import { defineProvider } from '../provider.ts';

/** Airwallex. */
export const airwallex = defineProvider({
  id: 'airwallex',
  name: 'Airwallex',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-signature}'], encoding: 'hex' },
      signed: '{timestamp}{body}',
      timestamp: { at: '{header:x-timestamp}', unit: 'ms', toleranceSeconds: 300 },
    },
  ],
  events: {
    prefix: 'com.airwallex',
    id: ['{json:id}'],
    type: ['{json:name}'],
    subject: ['{json:account_id}'],
    time: { at: ['{json:created_at}'], unit: 'iso' },
  },
  wantedAnswer: { status: 200, headers: {}, body: '' },
  links: [
    'https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events',
    'https://github.com/airwallex/paymentacceptance-plugin-woocommerce/blob/HEAD/includes/Services/WebhookService.php',
  ],
  evidence: 'sdk',
});

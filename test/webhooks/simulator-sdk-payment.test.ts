// The payment vendors' own SDKs take what the simulator makes for the vendor, and refuse it tampered with.
import { Paddle } from '@paddle/paddle-node-sdk';
import { BraintreeGateway, Environment } from 'braintree';
import { parse as parseGoCardless } from 'gocardless-nodejs/webhooks';
import Razorpay from 'razorpay';
import { Stripe } from 'stripe';
import { judgeBySdk } from './sdk-judge.ts';

const braintree = new BraintreeGateway({
  environment: Environment.Sandbox,
  merchantId: 'not-a-merchant',
  publicKey: 'not-a-public-key',
  privateKey: 'not-a-private-key',
});
const paddle = new Paddle('not-an-api-key');

judgeBySdk([
  {
    id: 'stripe',
    event: 'checkout.session.completed',
    secret: 'whsec_test_not_real',
    accepts: async (body, headers) => {
      const crypto = Stripe.createSubtleCryptoProvider();
      const signature = headers.get('stripe-signature') ?? '';
      const secret = 'whsec_test_not_real';
      const event = await Stripe.webhooks.constructEventAsync(body, signature, secret, undefined, crypto);
      return event.type === 'checkout.session.completed';
    },
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'braintree',
    event: 'subscription_charged_successfully',
    secret: { publicKey: 'not-a-public-key', privateKey: 'not-a-private-key' },
    accepts: async (body) => {
      const form = new URLSearchParams(body);
      const [signature, payload] = [form.get('bt_signature') ?? '', form.get('bt_payload') ?? ''];
      const { kind } = await braintree.webhookNotification.parse(signature, payload);
      return kind === 'subscription_charged_successfully';
    },
    tamperings: ['signature', 'secret'],
  },
  {
    id: 'razorpay',
    event: 'payment.captured',
    secret: 'not-a-secret',
    accepts: (body, headers) =>
      Razorpay.validateWebhookSignature(body, headers.get('x-razorpay-signature') ?? '', 'not-a-secret'),
    tamperings: ['body', 'signature', 'secret'],
  },
  {
    id: 'paddle',
    event: 'transaction.completed',
    secret: 'pdl_ntfset_not_real',
    accepts: (body, headers) =>
      paddle.webhooks.isSignatureValid(body, 'pdl_ntfset_not_real', headers.get('paddle-signature') ?? ''),
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'gocardless',
    event: 'payments.confirmed',
    secret: 'not-a-secret',
    accepts: (body, headers) => {
      const [event] = parseGoCardless(body, 'not-a-secret', headers.get('webhook-signature') ?? '');
      return String(event?.resource_type) === 'payments' && event?.action === 'confirmed';
    },
    tamperings: ['body', 'signature', 'secret'],
  },
]);

// Stripe: snapshot events (docs.stripe.com/api/events/object).
import { secondsOf, type Fresh, type Sample, type Samples } from '../sample.ts';

function event(type: string, fresh: Fresh, object: object): Sample {
  return {
    headers: { 'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)' },
    json: {
      id: `evt_sample${fresh.id.slice(0, 18)}`,
      object: 'event',
      api_version: '2026-06-24',
      created: secondsOf(fresh),
      livemode: false,
      pending_webhooks: 1,
      request: { id: `req_sample${fresh.id.slice(0, 8)}`, idempotency_key: null },
      type,
      data: { object },
    },
  };
}

function checkoutSession(fresh: Fresh): object {
  return {
    id: `cs_test_sample${fresh.id.slice(0, 20)}`,
    object: 'checkout.session',
    amount_subtotal: 2500,
    amount_total: 2975,
    currency: 'eur',
    client_reference_id: `order-${fresh.serial}`,
    created: secondsOf(fresh) - 90,
    customer: `cus_sample${fresh.id.slice(0, 8)}`,
    customer_details: { email: 'grace@example.com', name: 'Grace Sample', address: { country: 'DE' } },
    livemode: false,
    metadata: {},
    mode: 'payment',
    payment_intent: `pi_sample${fresh.id.slice(0, 16)}`,
    payment_method_types: ['card'],
    payment_status: 'paid',
    status: 'complete',
    success_url: 'https://shop.example/thanks',
  };
}

function invoice(fresh: Fresh): object {
  return {
    id: `in_sample${fresh.id.slice(0, 16)}`,
    object: 'invoice',
    amount_due: 4900,
    amount_paid: 4900,
    amount_remaining: 0,
    billing_reason: 'subscription_cycle',
    created: secondsOf(fresh) - 3600,
    currency: 'eur',
    customer: `cus_sample${fresh.id.slice(0, 8)}`,
    customer_email: 'grace@example.com',
    lines: {
      object: 'list',
      data: [
        { id: `il_sample${fresh.id.slice(0, 8)}`, amount: 4900, description: '1 × Signal plan', quantity: 1 },
      ],
      has_more: false,
    },
    livemode: false,
    number: `SAMPLE-${String(fresh.serial % 10_000).padStart(4, '0')}`,
    period_end: secondsOf(fresh),
    period_start: secondsOf(fresh) - 30 * 86_400,
    status: 'paid',
    total: 4900,
  };
}

function charge(fresh: Fresh): object {
  return {
    id: `ch_sample${fresh.id.slice(0, 16)}`,
    object: 'charge',
    amount: 2975,
    amount_captured: 2975,
    amount_refunded: 2975,
    captured: true,
    created: secondsOf(fresh) - 86_400,
    currency: 'eur',
    customer: `cus_sample${fresh.id.slice(0, 8)}`,
    livemode: false,
    paid: true,
    payment_intent: `pi_sample${fresh.id.slice(0, 16)}`,
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242', country: 'DE' } },
    refunded: true,
    status: 'succeeded',
  };
}

export const stripe: Samples = {
  'checkout.session.completed': (fresh) => event('checkout.session.completed', fresh, checkoutSession(fresh)),
  'invoice.paid': (fresh) => event('invoice.paid', fresh, invoice(fresh)),
  'charge.refunded': (fresh) => event('charge.refunded', fresh, charge(fresh)),
};

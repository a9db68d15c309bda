// The simulator: what it makes of a vendor's event is genuine, says what it should, and tampered with is refused.
import { describe, expect, it } from 'vitest';
import {
  providers,
  readEvents,
  verifyDelivery,
  type Provider,
  type Secret,
  type WebhookRequest,
} from '../../src/webhooks/index.ts';
import {
  sampledEvents,
  simulateDelivery,
  tamperings,
  type SimulateOptions,
  type Tampering,
} from '../../src/webhooks/simulator/index.ts';
import {
  keyAlgorithm,
  makeKeyPair,
  needsPrivateKey,
  pinnedSecret,
} from '../../src/webhooks/simulator/key-pair.ts';
import { secretParts } from '../../src/config.ts';
import { now, withBody } from './request.ts';
import { sampleOf } from './sample.ts';

const url = 'https://box.example/v1/hooks/simulated?data.id=ABC';
const random = new Uint8Array(16).fill(0xa7);

type Keys = Pick<SimulateOptions, 'secret' | 'privateKey'>;

/** A secret of the vendor's form, and the private half where there is one. */
async function keysOf(provider: Provider): Promise<Keys> {
  const [scheme] = provider.schemes;
  if (scheme === undefined) throw new Error('no scheme');
  const { secret, privateKey } = await sampleOf(provider, scheme);
  return privateKey === undefined ? { secret } : { secret, privateKey };
}

async function simulated(
  provider: Provider,
  event: string,
  keys: Keys,
  more: Partial<SimulateOptions> = {},
): Promise<WebhookRequest> {
  const made = await simulateDelivery(provider, event, { url, now, random, ...keys, ...more });
  if (!made.ok) throw new Error(`${provider.id}: ${made.error}`);
  return made.value;
}

const judge = (provider: Provider, request: WebhookRequest, secret: Secret) =>
  verifyDelivery(provider, request, [secret], now);

const outcomes = (provider: Provider) =>
  provider.schemes[0]?.kind === 'static-token' ? 'authenticated' : 'verified';

const all = Object.values(providers);
const sampled = all.flatMap((provider) =>
  sampledEvents(provider).map((event) => ({ name: `${provider.id} ${event}`, provider, event })),
);

/** The types that the samples' events have, in order. */
const types: Readonly<Record<string, readonly string[] | 'handshake'>> = {
  'adyen AUTHORISATION': ['com.adyen.AUTHORISATION'],
  'adyen CAPTURE': ['com.adyen.CAPTURE'],
  'adyen REFUND': ['com.adyen.REFUND'],
  'braintree subscription_charged_successfully': ['com.braintreepayments.subscription_charged_successfully'],
  'braintree subscription_canceled': ['com.braintreepayments.subscription_canceled'],
  'discord ping': 'handshake',
  'discord event_ping': 'handshake',
  'discord APPLICATION_AUTHORIZED': ['com.discord.APPLICATION_AUTHORIZED'],
  'github push': ['com.github.push'],
  'github pull_request': ['com.github.pull_request.opened'],
  'github pull_request.closed': ['com.github.pull_request.closed'],
  'github ping': 'handshake',
  'hubspot contact.creation': ['com.hubspot.contact.creation', 'com.hubspot.contact.creation'],
  'hubspot contact.propertyChange': ['com.hubspot.contact.propertyChange'],
  'hubspot deal.creation': ['com.hubspot.deal.creation'],
  'mailgun delivered': ['com.mailgun.delivered'],
  'mailgun failed': ['com.mailgun.failed'],
  'paypal PAYMENT.CAPTURE.COMPLETED': ['com.paypal.PAYMENT.CAPTURE.COMPLETED'],
  'paypal CHECKOUT.ORDER.APPROVED': ['com.paypal.CHECKOUT.ORDER.APPROVED'],
  'sendgrid delivered': ['com.sendgrid.processed', 'com.sendgrid.delivered'],
  'sendgrid bounce': ['com.sendgrid.processed', 'com.sendgrid.bounce'],
  'shopify orders/create': ['com.shopify.orders.create'],
  'shopify orders/paid': ['com.shopify.orders.paid'],
  'shopify orders/cancelled': ['com.shopify.orders.cancelled'],
  'shopify checkouts/create': ['com.shopify.checkouts.create'],
  'shopify app/uninstalled': ['com.shopify.app.uninstalled'],
  'slack event_callback': ['com.slack.message'],
  'slack message': ['com.slack.message'],
  'slack app_mention': ['com.slack.app_mention'],
  'slack url_verification': 'handshake',
  'slack command': ['com.slack.command.signal'],
  'square payment.created': ['com.squareup.payment.created'],
  'square payment.updated': ['com.squareup.payment.updated'],
  'standardwebhooks employee.hired': ['com.standardwebhooks.employee.hired'],
  'standardwebhooks invoice.paid': ['com.standardwebhooks.invoice.paid'],
  'stripe checkout.session.completed': ['com.stripe.checkout.session.completed'],
  'stripe invoice.paid': ['com.stripe.invoice.paid'],
  'stripe charge.refunded': ['com.stripe.charge.refunded'],
  'twilio sms': ['com.twilio.message.received'],
  'twilio message.delivered': ['com.twilio.message.delivered'],
  'twilio call.ringing': ['com.twilio.call.ringing'],
  'zoom meeting.started': ['us.zoom.meeting.started'],
  'zoom meeting.ended': ['us.zoom.meeting.ended'],
  'zoom endpoint.url_validation': 'handshake',
  'zoom url_validation': 'handshake',
};

describe.each(sampled)('$name', ({ name, provider, event }) => {
  it('is genuine, and is the event that it is called', async () => {
    const keys = await keysOf(provider);
    const request = await simulated(provider, event, keys);
    const verdict = await judge(provider, request, keys.secret);
    const expected = types[name];
    expect(verdict.outcome).toBe(expected === 'handshake' ? 'handshake' : outcomes(provider));
    if (expected === 'handshake') return;
    const events = await readEvents(provider, request, { source: 'simulated', now });
    if (!events.ok) throw new Error(events.error);
    expect(events.value.map(({ type }) => type)).toEqual(expected);
    const keysOfEvents = events.value.map(({ dedupeKey }) => dedupeKey);
    expect(new Set(keysOfEvents).size).toBe(keysOfEvents.length);
  });

  it('is another event with other random bytes, and the same one with the same', async () => {
    if (types[name] === 'handshake') return;
    const keys = await keysOf(provider);
    const dedupe = async (bytes: Uint8Array) => {
      const request = await simulated(provider, event, keys, { random: bytes });
      const events = await readEvents(provider, request, { source: 'simulated', now });
      return events.ok ? events.value.map(({ dedupeKey }) => dedupeKey) : [];
    };
    const first = await dedupe(random);
    expect(await dedupe(random)).toEqual(first);
    for (const key of await dedupe(new Uint8Array(16).fill(0x5c))) expect(first).not.toContain(key);
  });
});

it('every sample is in the list above', () => {
  expect(sampled.map(({ name }) => name).toSorted()).toEqual(Object.keys(types).toSorted());
});

describe.each(all.map((provider) => ({ id: provider.id, provider })))('$id', ({ provider }) => {
  it('an event without a sample of its own is genuine and has its name', async () => {
    const keys = await keysOf(provider);
    const request = await simulated(provider, 'thing.happened', keys);
    expect(await judge(provider, request, keys.secret)).toMatchObject({ outcome: outcomes(provider) });
    const events = await readEvents(provider, request, { source: 'simulated', now });
    if (!events.ok) throw new Error(events.error);
    expect(events.value).toHaveLength(1);
  });

  it.each(tamperings)('with another %s it is refused, or that is not signed', async (what) => {
    const keys = await keysOf(provider);
    const made = await simulateDelivery(provider, 'thing.happened', {
      url,
      now,
      random,
      ...keys,
      tamper: what,
    });
    if (!made.ok) {
      expect({ what, error: made.error, isSigned: isSigned(provider, what) }).toEqual({
        what,
        error: 'not-covered',
        isSigned: false,
      });
      return;
    }
    expect(await judge(provider, made.value, keys.secret)).toMatchObject({ outcome: 'failed' });
  });
});

/** Whether the recipe's first scheme must notice such a change. */
function isSigned({ schemes: [scheme] }: Provider, what: Tampering): boolean {
  if (scheme === undefined || what === 'signature' || what === 'secret') return true;
  if (what === 'timestamp') return 'timestamp' in scheme && scheme.timestamp !== undefined;
  return 'signed' in scheme && [scheme.signed].flat().some((text) => text.includes('{body}'));
}

describe('the time that stands in a body', () => {
  const bodyOf = async (id: string, more: Partial<SimulateOptions> = {}): Promise<unknown> => {
    const provider = providers[id]!;
    const request = await simulated(provider, 'Issue.create', await keysOf(provider), more);
    return JSON.parse(new TextDecoder().decode(request.body));
  };

  it('is a number of milliseconds where Linear writes it', async () => {
    expect(await bodyOf('linear')).toMatchObject({ webhookTimestamp: now.getTime() });
  });

  it('is still a number where it is tampered with', async () => {
    const replayed = now.getTime() - 86_400_000;
    expect(await bodyOf('linear', { tamper: 'timestamp' })).toMatchObject({ webhookTimestamp: replayed });
  });

  it('is text where Mailgun writes it', async () => {
    expect(await bodyOf('mailgun')).toMatchObject({ signature: { timestamp: '1700000000' } });
  });
});

describe('what is tampered with', () => {
  const stripe = providers['stripe']!;
  const keys = { secret: 'whsec_test_not_real' };

  it('is one character of the body', async () => {
    const genuine = await simulated(stripe, 'invoice.paid', keys);
    const changed = await simulated(stripe, 'invoice.paid', keys, { tamper: 'body' });
    const differing = genuine.body.filter((byte, at) => byte !== changed.body[at]);
    expect(differing).toHaveLength(1);
    expect(await judge(stripe, withBody(changed, genuine.body), keys.secret)).toMatchObject({
      outcome: 'verified',
    });
  });

  it.each([
    ['signature', 'no-match'],
    ['secret', 'no-match'],
    ['body', 'no-match'],
    ['timestamp', 'stale-timestamp'],
  ] as const)('%s: %s', async (what, reason) => {
    const changed = await simulated(stripe, 'invoice.paid', keys, { tamper: what });
    expect(await judge(stripe, changed, keys.secret)).toEqual({ outcome: 'failed', reason });
  });
});

describe('a vendor that signs with a key of its own', () => {
  it.each(
    all
      .filter(({ schemes: [scheme] }) => scheme !== undefined && needsPrivateKey(scheme))
      .map((provider) => ({ id: provider.id, provider })),
  )('$id is stood in for by a pair whose public half is the secret', async ({ provider }) => {
    const [scheme] = provider.schemes;
    const algorithm = scheme === undefined ? undefined : keyAlgorithm(scheme);
    if (scheme === undefined || algorithm === undefined) throw new Error('no key');
    const { publicKey, privateKey } = await makeKeyPair(algorithm);
    const text = await pinnedSecret(provider, scheme, publicKey);
    const secret = secretParts(text) ?? text;
    const request = await simulated(provider, 'thing.happened', { secret, privateKey });
    expect(await judge(provider, request, secret)).toMatchObject({ outcome: 'verified' });
  });

  it('is not simulated without the private half', async () => {
    const { secret } = await keysOf(providers['discord']!);
    expect(await simulateDelivery(providers['discord']!, 'ping', { url, now, random, secret })).toEqual({
      ok: false,
      error: 'needs-private-key',
    });
  });
});

// The vendors' own SDKs take what the simulator makes for the vendor, and refuse it tampered with.
import { verify as verifyGitHub } from '@octokit/webhooks-methods';
import { isValidSignature } from '@sanity/webhook';
import { createQueryStringHash, decodeSymmetric, fromMethodAndUrl, SymmetricAlgorithm } from 'atlassian-jwt';
import { BraintreeGateway, Environment } from 'braintree';
import { verifyKey } from 'discord-interactions';
import { Webhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import { providers, type Provider, type Secret, type WebhookRequest } from '../../src/webhooks/index.ts';
import { simulateDelivery, type Tampering } from '../../src/webhooks/simulator/index.ts';
import { makeKeyPair, pinnedSecret } from '../../src/webhooks/simulator/key-pair.ts';

const url = 'https://box.example/v1/hooks/sdk?z=1&a=b%20c';

function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

interface Vendor {
  readonly id: string;
  readonly event: string;
  readonly secret: Secret;
  readonly privateKey?: CryptoKey;
  /** The SDK's verdict; some throw instead of saying no. */
  readonly accepts: (body: string, headers: Headers) => unknown;
  readonly tamperings: readonly Tampering[];
}

const discordPair = await makeKeyPair('ed25519');
const [discordScheme] = providerOf('discord').schemes;
if (discordScheme === undefined) throw new Error('no scheme');
const discordKey = await pinnedSecret(providerOf('discord'), discordScheme, discordPair.publicKey);

const whsec = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const braintree = new BraintreeGateway({
  environment: Environment.Sandbox,
  merchantId: 'not-a-merchant',
  publicKey: 'not-a-public-key',
  privateKey: 'not-a-private-key',
});

const vendors: readonly Vendor[] = [
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
    id: 'github',
    event: 'pull_request',
    secret: 'not-a-secret',
    accepts: (body, headers) => verifyGitHub('not-a-secret', body, headers.get('x-hub-signature-256') ?? ''),
    tamperings: ['body', 'signature', 'secret'],
  },
  {
    id: 'standardwebhooks',
    event: 'employee.hired',
    secret: whsec,
    accepts: (body, headers) => new Webhook(whsec).verify(body, Object.fromEntries(headers)) !== undefined,
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'discord',
    event: 'APPLICATION_AUTHORIZED',
    secret: discordKey,
    privateKey: discordPair.privateKey,
    accepts: (body, headers) =>
      verifyKey(
        body,
        headers.get('x-signature-ed25519') ?? '',
        headers.get('x-signature-timestamp') ?? '',
        discordKey,
      ),
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'sanity',
    event: 'create',
    secret: 'not-a-secret',
    accepts: (body, headers) =>
      isValidSignature(body, headers.get('sanity-webhook-signature') ?? '', 'not-a-secret'),
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'jira-connect',
    event: 'jira:issue_created',
    secret: 'not-a-real-shared-secret',
    accepts: (_body, headers) => {
      const token = (headers.get('authorization') ?? '').replace('JWT ', '');
      const { qsh, exp = 0 } = decodeSymmetric(token, 'not-a-real-shared-secret', SymmetricAlgorithm.HS256);
      const { pathname, search } = new URL(url);
      const expected = createQueryStringHash(fromMethodAndUrl('POST', `${pathname}${search}`));
      return qsh === expected && Number(exp) > Date.now() / 1000;
    },
    tamperings: ['signature', 'timestamp', 'secret'],
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
];

async function simulated(vendor: Vendor, tamper?: Tampering): Promise<WebhookRequest> {
  const { id, event, secret, privateKey } = vendor;
  const made = await simulateDelivery(providerOf(id), event, {
    url,
    secret,
    now: new Date(),
    random: crypto.getRandomValues(new Uint8Array(16)),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(tamper === undefined ? {} : { tamper }),
  });
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

async function isAccepted(vendor: Vendor, { body, headers }: WebhookRequest): Promise<boolean> {
  try {
    return (await vendor.accepts(new TextDecoder().decode(body), headers)) === true;
  } catch {
    return false;
  }
}

describe.each(vendors)("$id's own SDK", (vendor) => {
  it('takes the delivery', async () => {
    expect(await vendor.accepts(...(await parts(vendor)))).toBe(true);
  });

  it.each(vendor.tamperings)('refuses it with another %s', async (what) => {
    expect(await isAccepted(vendor, await simulated(vendor, what))).toBe(false);
  });
});

async function parts(vendor: Vendor): Promise<[string, Headers]> {
  const { body, headers } = await simulated(vendor);
  return [new TextDecoder().decode(body), headers];
}

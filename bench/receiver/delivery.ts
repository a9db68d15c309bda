// Deliveries of the vendors whose verification is measured: of an exact size, and signed as the vendor would.
import '../../scripts/local/timing-safe.ts';
import { providers, signDelivery, type Provider } from '../../src/webhooks/index.ts';
import { keyAlgorithm, makeKeyPair, pinnedSecret } from '../../src/webhooks/simulator/key-pair.ts';
import { request } from '../connection.ts';

interface VendorForm {
  readonly name: string;
  /** What the vendor sends: a JSON object, a JSON array of events, or a form. */
  readonly body: 'object' | 'batch' | 'form';
  readonly headers?: Readonly<Record<string, string>>;
}

const forms: Readonly<Record<string, VendorForm>> = {
  stripe: { name: 'Stripe', body: 'object' },
  github: {
    name: 'GitHub',
    body: 'object',
    headers: { 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': 'bench' },
  },
  standardwebhooks: { name: 'Standard Webhooks', body: 'object' },
  slack: { name: 'Slack', body: 'object' },
  shopify: { name: 'Shopify', body: 'object', headers: { 'X-Shopify-Topic': 'orders/create' } },
  twilio: { name: 'Twilio', body: 'form' },
  discord: { name: 'Discord', body: 'object' },
  sendgrid: { name: 'SendGrid', body: 'batch' },
};

/** A vendor with the keys of both sides. */
export interface MeasuredVendor {
  readonly id: string;
  /** With what it signs: `Stripe, HMAC SHA-256`. */
  readonly name: string;
  /** The bars are for those. */
  readonly isHmac: boolean;
  /** The source's secret: the shared one, or the public key. */
  readonly secret: string;
  /** A request on the wire for one of the steps of bench/worker/receiver.ts. Signed now: most vendors' signatures grow old. */
  readonly request: (step: 'read' | 'verify' | 'understand', bodyBytes: number) => Promise<string>;
}

export async function measuredVendors(): Promise<readonly MeasuredVendor[]> {
  return Promise.all(Object.entries(forms).map(async ([id, form]) => withKeys(id, form)));
}

async function withKeys(id: string, form: VendorForm): Promise<MeasuredVendor> {
  const provider = providers[id];
  const [scheme] = provider?.schemes ?? [];
  if (provider === undefined || scheme === undefined || !('signature' in scheme))
    throw new Error(`Cannot measure ${id} as it does not sign`);
  const algorithm = keyAlgorithm(scheme);
  const pair = algorithm === undefined ? undefined : await makeKeyPair(algorithm);
  const shared = `whsec_${btoa('fake-bench-secret-0123456789abcdef')}`;
  const secret = pair === undefined ? shared : await pinnedSecret(provider, scheme, pair.publicKey);
  return {
    id,
    name: `${form.name}, ${algorithm ?? `HMAC ${'hash' in scheme ? scheme.hash : ''}`}`,
    isHmac: pair === undefined,
    secret,
    request: async (step, bodyBytes) => signed(provider, form, step, bodyBytes, secret, pair?.privateKey),
  };
}

async function signed(
  provider: Provider,
  form: VendorForm,
  step: string,
  bodyBytes: number,
  secret: string,
  privateKey: CryptoKey | undefined,
): Promise<string> {
  const path = `/${step}/${provider.id}`;
  const body = makeBody(form.body, bodyBytes);
  const type = form.body === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const made = await signDelivery(
    provider,
    { url: `http://127.0.0.1${path}`, headers: { 'Content-Type': type, ...form.headers }, body },
    { secret, now: new Date(), id: 'bench', ...(privateKey === undefined ? {} : { privateKey }) },
  );
  if (!made.ok) throw new Error(`Cannot sign as ${provider.name}: ${made.error}`);
  return request('POST', path, Object.fromEntries(made.value.headers), body);
}

/** Bytes of one part of a body: an order's line, an event of a batch, a field. Some 6 500 of them make 1 MiB of JSON. */
const partBytes = 160;

/** Fields of a form: more than 1 000 are refused, so those of a large form are long. */
const fieldsMax = 900;

/** A body of exactly `bytes` bytes, all ASCII, made of many parts as vendors' are, and not of one long text. */
function makeBody(kind: VendorForm['body'], bytes: number): string {
  if (kind === 'form') return makeForm(bytes);
  const known = {
    id: 'evt_bench',
    type: 'order.paid',
    created: 1_700_000_000,
    event_id: 'Ev1',
    event: 'open',
  };
  const open = kind === 'batch' ? '[' : `{${JSON.stringify(known).slice(1, -1)},"lines":[`;
  const close = kind === 'batch' ? ']' : ']}';
  const parts: string[] = [];
  let left = bytes - open.length - close.length;
  for (let at = 0; left > 0; at += 1) {
    const part = { at, sg_event_id: `e${at}`, sku: 'BOX-1', price: 19.5, taxed: true, note: '' };
    const bare = JSON.stringify(part);
    const room = left < 2 * partBytes ? left : partBytes;
    parts.push(bare.replace('"note":""', `"note":"${'x'.repeat(room - bare.length)}"`));
    // With the comma before the next one.
    left -= room + 1;
  }
  return `${open}${parts.join(',')}${close}`;
}

function makeForm(bytes: number): string {
  const known = 'MessageSid=SM1&MessageStatus=delivered&AccountSid=AC1&From=%2B15550100&To=%2B15550101';
  const count = Math.min(fieldsMax, Math.floor((bytes - known.length) / 40));
  const room = Math.floor((bytes - known.length) / count);
  const fields = Array.from({ length: count }, (_, at) => {
    const name = `&Field${at}=`;
    return name + 'x'.repeat(room - name.length);
  });
  const form = known + fields.join('');
  return form + 'x'.repeat(bytes - form.length);
}

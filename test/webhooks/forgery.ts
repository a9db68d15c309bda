// Forgery: what can be done to a genuine delivery without its secret, for any vendor's recipe.
import { Delivery, signDelivery, type Provider, type WebhookRequest } from '../../src/webhooks/index.ts';
import { valueAt } from '../../src/webhooks/json.ts';
import { lookupIn } from '../../src/webhooks/lookup.ts';
import type { Scheme } from '../../src/webhooks/provider.ts';
import { Draft } from '../../src/webhooks/sign/draft.ts';
import { compileTemplate, fillTemplate, scalarText } from '../../src/webhooks/template.ts';
import { formatTimestamp } from '../../src/webhooks/timestamp.ts';
import { bytes, changeMiddle, flipBit, now, withBody } from './request.ts';
import type { Sample } from './sample.ts';
import { segment } from './token.ts';

/** Vendors whose signature covers some fields or the address, never the whole body. */
export const bodyNotCovered: ReadonlySet<string> = new Set([
  'adyen',
  'aws-sns',
  'dropbox-sign',
  'google-pubsub',
  'jira-connect',
  'mailgun',
  'mercado-pago',
  'monday',
  'travis',
]);

/** A delivery that is genuine, and all that its vendor needed to make it. */
export interface Genuine {
  readonly provider: Provider;
  readonly scheme: Scheme;
  /** Position of the scheme in the provider's. */
  readonly at: number;
  readonly sample: Sample;
  readonly url: string;
  readonly request: WebhookRequest;
}

/** The delivery as a forger would have it; undefined where this vendor has nothing of the kind. */
type Forge = (genuine: Genuine) => Promise<WebhookRequest | undefined> | WebhookRequest | undefined;

/** Vendors that list the signatures of a rotation with commas: one that is right is enough, and two headers look like such a list. */
export const listedWithCommas: ReadonlySet<string> = new Set([
  'circleci',
  'mollie',
  'pagerduty',
  'persona',
  'plivo',
  'recurly',
  'revolut',
  'supabase-auth',
]);

/** The request id of every delivery here: it is in each answer, and Mercado Pago signs it. */
export const requestId = 'fake-request';

/** Signs the sample as its vendor does, for `url`. */
export async function signSample(
  provider: Provider,
  at: number,
  sample: Sample,
  url: string,
  when = now,
): Promise<WebhookRequest> {
  const { secret, privateKey, delivery } = sample;
  const query = /\?.*/.exec(delivery.url)?.[0] ?? '';
  const signed = await signDelivery(
    provider,
    { ...delivery, url: `${url}${query}`, headers: { ...delivery.headers, 'x-request-id': requestId } },
    { secret, now: when, id: 'sample-id', ...(privateKey === undefined ? {} : { privateKey }) },
    at,
  );
  if (!signed.ok) throw new Error(`${provider.id}: ${signed.error}`);
  return signed.value;
}

/** Where the signature or token stands, as it is written there. */
export function signatureOf({ scheme, request }: Pick<Genuine, 'scheme' | 'request'>): string {
  const { lookup, places } = signaturePlaces(scheme, request);
  return places.map((place) => fillTemplate(place, lookup)).find((value) => value !== undefined) ?? '';
}

/** The request with another text where its signature or token stands. */
export function withSignature(
  { scheme, request }: Pick<Genuine, 'scheme' | 'request'>,
  text: string,
): WebhookRequest {
  const { lookup, places, base } = signaturePlaces(scheme, request);
  const place = places.find((one) => fillTemplate(one, lookup) !== undefined);
  if (place === undefined) throw new Error('no signature');
  const [piece] = compileTemplate(place);
  const draft = new Draft(request);
  if (piece?.kind === 'place' && piece.place === 'query') {
    const url = new URL(request.url);
    url.searchParams.set(piece.path, text);
    draft.url = url.href;
  } else {
    draft.write(place, text, base);
  }
  return { method: draft.method, url: draft.url, headers: draft.headers, body: draft.body };
}

function signaturePlaces(scheme: Scheme, request: WebhookRequest) {
  const each = 'each' in scheme ? scheme.each : undefined;
  const delivery = Delivery.of(request);
  const json = each === undefined ? undefined : delivery.json();
  const [item]: unknown[] = json?.ok === true ? [valueAt(json.value, each ?? '')].flat() : [];
  return {
    places: 'signature' in scheme ? scheme.signature.at : [scheme.at].flat(),
    lookup: lookupIn(delivery, { item: (path) => scalarText(valueAt(item, path)) }),
    base: each === undefined || each === '' ? '0' : `${each}.0`,
  };
}

const other = (text: string | ((signature: string) => string)): Forge => {
  return (genuine) => {
    const signature = signatureOf(genuine);
    return withSignature(genuine, typeof text === 'string' ? text : text(signature));
  };
};

const notListed =
  (change: (signature: string) => string): Forge =>
  (genuine) =>
    listedWithCommas.has(genuine.provider.id) ? undefined : other(change)(genuine);

const otherBody =
  (change: (body: Uint8Array) => Uint8Array): Forge =>
  ({ provider, scheme, request }) =>
    scheme.kind === 'static-token' || bodyNotCovered.has(provider.id)
      ? undefined
      : withBody(request, change(request.body));

/** Signed with the right secret, but so many seconds past the scheme's tolerance from now. */
const atTheWrongTime =
  (direction: 1 | -1): Forge =>
  ({ provider, scheme, at, sample, url }) => {
    const seconds = toleranceOf(scheme);
    if (seconds === undefined) return undefined;
    const when = new Date(now.getTime() + direction * (seconds + 1) * 1000);
    return signSample(provider, at, sample, url, when);
  };

/** Seconds by which a delivery may be late or early; undefined where its time is not judged, or not by one number. */
function toleranceOf(scheme: Scheme): number | undefined {
  return 'timestamp' in scheme ? (scheme.timestamp?.toleranceSeconds ?? undefined) : undefined;
}

const withTime =
  (write: (unit: 's' | 'ms') => string | undefined): Forge =>
  ({ scheme, request }) => {
    if (!('timestamp' in scheme) || scheme.timestamp === undefined) return undefined;
    const [piece] = compileTemplate(scheme.timestamp.at);
    if (piece?.kind !== 'place' || piece.place !== 'header') return undefined;
    const headers = new Headers(request.headers);
    const text = write(scheme.timestamp.unit === 'ms' ? 'ms' : 's');
    if (text === undefined) headers.delete(piece.path);
    else headers.set(piece.path, text);
    return { ...request, headers };
  };

const token =
  (change: (parts: readonly [string, string, string]) => string): Forge =>
  (genuine) => {
    if (genuine.scheme.kind !== 'jwt') return undefined;
    const { prefix = '' } = genuine.scheme;
    const [head = '', payload = '', mac = ''] = signatureOf(genuine).slice(prefix.length).split('.');
    return withSignature(genuine, `${prefix}${change([head, payload, mac])}`);
  };

const headed = (header: unknown) => token(([, payload]) => `${segment(header)}.${payload}.`);

/** Every kind, by a name that says what the forger has done; and for how many recipes at least there is something to do. */
export const forgeries: readonly (readonly [name: string, recipesMin: number, forge: Forge])[] = [
  ['an empty signature (WH-02)', 200, other('')],
  ['one character of the signature changed (WH-03)', 200, other(changeMiddle)],
  ['a signature shorter than its digest (WH-05)', 200, other('YQ==')],
  ['the same behind a version (WH-05)', 200, other('v1,YQ==')],
  ['the first half of the signature (WH-05)', 200, other((text) => text.slice(0, text.length / 2))],
  ['the signature and more', 200, other((text) => `${text}AAAA`)],
  ['a signature in no encoding (WH-07)', 200, other('v1,!!!!')],
  ['a prefix alone', 200, other('sha256=')],
  ['8 KB of hex', 200, other('f'.repeat(8192))],
  ['a thousand signatures (WH-12)', 200, other((text) => Array(1000).fill(text).join(' '))],
  ['a thousand signatures in a list (WH-12)', 200, other((text) => Array(1000).fill(text).join(','))],
  ['a name that JavaScript inherits', 200, other('constructor=__proto__')],
  [
    'two signatures, the first one wrong, as a repeated header arrives (WH-13)',
    200,
    notListed((text) => `${changeMiddle(text)}, ${text}`),
  ],
  [
    'two signatures, the second one wrong (WH-13)',
    200,
    notListed((text) => `${text}, ${changeMiddle(text)}`),
  ],
  [
    'nothing signed at all',
    200,
    ({ sample, url }) => ({
      method: 'POST',
      url,
      headers: new Headers(sample.delivery.headers),
      body: typeof sample.delivery.body === 'string' ? bytes(sample.delivery.body) : sample.delivery.body,
    }),
  ],
  ['one bit in the middle of the body changed', 170, otherBody((body) => flipBit(body))],
  ['one bit at the start of the body changed', 170, otherBody((body) => flipBit(body, 0))],
  ['a body with a byte more', 170, otherBody((body) => new Uint8Array([...body, 0x30]))],
  ['no body', 170, otherBody(() => new Uint8Array())],
  ['a body that is broken JSON', 170, otherBody(() => bytes('{'))],
  ['a body 100 000 levels deep', 170, otherBody(() => bytes('['.repeat(100_000)))],
  ['invalid UTF-8 as a body (BD-01)', 170, otherBody(() => new Uint8Array([0x22, 0xfe, 0x22]))],
  ['signed too long ago (WH-23)', 40, atTheWrongTime(-1)],
  ['signed in the future (WH-17)', 40, atTheWrongTime(1)],
  ['no time (WH-15)', 20, withTime(() => undefined)],
  ['another time', 20, withTime((unit) => formatTimestamp(now.getTime() + 1000, unit))],
  [
    'the time in another unit (WH-20)',
    20,
    withTime((unit) => formatTimestamp(now.getTime(), unit === 'ms' ? 's' : 'ms')),
  ],
  ['the time and a letter', 20, withTime((unit) => `${formatTimestamp(now.getTime(), unit)}x`)],
  ...['none', 'None', 'noNE', 'nOnE'].map(
    (alg) => [`a token with the algorithm ${alg} (JW-02)`, 15, headed({ alg, typ: 'JWT' })] as const,
  ),
  ['a token without its signature (JW-04)', 15, token(([head, payload]) => `${head}.${payload}.`)],
  ['a token of two parts (JW-04)', 15, token(([head, payload]) => `${head}.${payload}`)],
  ['a token of four parts (JW-04)', 15, token((parts) => `${parts.join('.')}.x`)],
  ['a token with padding (JW-19)', 15, token((parts) => `${parts.join('.')}=`)],
  [
    'a token with other claims',
    10,
    (genuine) =>
      genuine.scheme.kind === 'jwt' && genuine.scheme.detached !== true
        ? token(([head, , mac]) => `${head}.${segment({ sub: 'admin' })}.${mac}`)(genuine)
        : undefined,
  ],
];

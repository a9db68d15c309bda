// Samples: for every scheme of every provider a secret, and a delivery that has whatever its recipe looks at.
import type { Provider, Secret, UnsignedDelivery } from '../../src/webhooks/index.ts';
import type { Scheme } from '../../src/webhooks/provider.ts';
import { keyAlgorithm } from '../../src/webhooks/simulator/key-pair.ts';
import { compileTemplate, looksAt, type Piece } from '../../src/webhooks/template.ts';
import { base64, bytes, hex, now, nowSeconds } from './request.ts';

export interface Sample {
  readonly secret: Secret;
  readonly otherSecret: Secret;
  readonly privateKey?: CryptoKey;
  readonly delivery: UnsignedDelivery;
}

export async function sampleOf(provider: Provider, scheme: Scheme): Promise<Sample> {
  return { ...(await keysOf(provider, scheme)), delivery: deliveryOf(provider, scheme) };
}

type Keys = Omit<Sample, 'delivery'>;

async function keysOf(provider: Provider, scheme: Scheme): Promise<Keys> {
  if (scheme.kind === 'asymmetric') return publicKeys(provider, scheme.algorithm, scheme.key.from, scheme);
  if (scheme.kind === 'jwt' && scheme.key !== undefined) {
    const algorithm = keyAlgorithm(scheme) ?? 'ecdsa-p256-sha256';
    return publicKeys(provider, algorithm, scheme.key.from, scheme);
  }
  const forms: Readonly<Record<string, readonly [string, string]>> = {
    hex: ['00112233445566778899aabbccddeeff', '00112233445566778899aabbccddeefe'],
    base64: ['bm90LWEtcmVhbC1rZXk=', 'bm90LWEtcmVhbC1rZXo='],
    whsec: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oE'],
  };
  const form = scheme.kind === 'hmac' ? forms[scheme.key ?? ''] : undefined;
  const [secret, otherSecret] = form ?? ['not-a-real-secret', 'not-a-real-sekret'];
  return { secret, otherSecret };
}

const pairs = new Map<string, Promise<CryptoKeyPair>>();

async function generate(algorithm: string): Promise<CryptoKeyPair> {
  const made = await crypto.subtle.generateKey(parametersOf(algorithm), true, ['sign', 'verify']);
  if (!('publicKey' in made)) throw new Error('no key pair');
  return made;
}

function keyPair(algorithm: string, nth: number): Promise<CryptoKeyPair> {
  const name = `${algorithm} ${nth}`;
  const known = pairs.get(name);
  if (known !== undefined) return known;
  const made = generate(algorithm);
  pairs.set(name, made);
  return made;
}

function parametersOf(algorithm: string): SubtleCryptoGenerateKeyAlgorithm {
  if (algorithm === 'ed25519') return { name: 'Ed25519' };
  if (algorithm.startsWith('ecdsa')) return { name: 'ECDSA', namedCurve: 'P-256' };
  return {
    name: 'RSASSA-PKCS1-v1_5',
    hash: algorithm.replace('rsa-sha', 'SHA-'),
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
}

async function publicKeys(
  provider: Provider,
  algorithm: string,
  from: string,
  scheme: Scheme,
): Promise<Keys> {
  const [pair, other] = await Promise.all([keyPair(algorithm, 0), keyPair(algorithm, 1)]);
  const secretOf = (key: CryptoKey): Promise<Secret> => publicSecret(key, from, scheme, provider.id);
  return {
    secret: await secretOf(pair.publicKey),
    otherSecret: await secretOf(other.publicKey),
    privateKey: pair.privateKey,
  };
}

async function publicSecret(key: CryptoKey, from: string, scheme: Scheme, id: string): Promise<Secret> {
  if (scheme.kind === 'asymmetric' && scheme.key.from === 'secret' && scheme.key.form !== 'spki') {
    const raw = await exported(key, 'raw');
    return scheme.key.form === 'raw-hex' ? hex(raw) : `${scheme.secretPrefix ?? ''}${base64(raw)}`;
  }
  if (from === 'plaid')
    return { jwks: JSON.stringify({ keys: [await crypto.subtle.exportKey('jwk', key)] }) };
  const spki = await exported(key, 'spki');
  const pem = `-----BEGIN PUBLIC KEY-----\n${base64(spki)}\n-----END PUBLIC KEY-----`;
  if (from === 'secret') return pem;
  const parts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'aws-sns': { topicArn: 'sample-TopicArn' },
    fal: { userId: 'sample-id' },
    'google-pubsub': { audience: 'https://box.example' },
    paypal: { webhookId: 'WH-1' },
  };
  return parts[id] === undefined && from !== 'ebay' ? pem : { publicKey: pem, ...parts[id] };
}

async function exported(key: CryptoKey, format: 'raw' | 'spki'): Promise<Uint8Array> {
  const data = await crypto.subtle.exportKey(format, key);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array();
}

const url = 'https://box.example/v1/hooks/sample?data.id=ABC';

function deliveryOf(provider: Provider, scheme: Scheme): UnsignedDelivery {
  const places = placesOf(provider, scheme);
  const headers: Record<string, string> = {};
  for (const { place, path } of places) if (place === 'header') headers[path] = 'sample-id';
  headers['paypal-cert-url'] = 'https://api.paypal.com/v1/notifications/certs/CERT-sample';
  const [first = 'json', ...others] = provider.events.bodies ?? ['json'];
  const readsForm = places.some(({ place }) => place === 'form') && 'signed' in scheme && formSigned(scheme);
  const kind = readsForm && others.includes('form') ? 'form' : first;
  const data = dataOf(provider, scheme, places);
  if (kind === 'form' || kind === 'multipart') {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    return { url, headers, body: formOf(provider, places, data) };
  }
  headers['content-type'] = kind === 'xml' ? 'text/xml' : 'application/json';
  return { url, headers, body: kind === 'xml' ? xmlOf(places) : JSON.stringify(data) };
}

/** Whether what is signed stands in a form, where the vendor sends JSON as well (Mailgun's routes). */
function formSigned(scheme: Extract<Scheme, { signed: unknown }>): boolean {
  return [scheme.signed].flat().every((template) => looksAt(template, 'form'));
}

type PlacePiece = Extract<Piece, { kind: 'place' }>;

/** What the first alternative of each list looks at. */
function placesOf(provider: Provider, scheme: Scheme): readonly PlacePiece[] {
  const { events } = provider;
  const firsts = [events.id?.[0], events.type[0], events.subject?.[0], events.time?.at[0]];
  const dedupe = events.dedupe === 'content' ? undefined : events.dedupe?.[0];
  const signed = 'signed' in scheme ? [scheme.signed].flat() : [];
  const stamped = 'timestamp' in scheme && scheme.timestamp !== undefined ? [scheme.timestamp.at] : [];
  const required = (scheme.requires ?? []).filter(({ absent }) => absent !== true).map(({ at }) => at);
  return [...firsts, dedupe, ...signed, ...stamped, ...required]
    .filter((template) => template !== undefined)
    .flatMap(compileTemplate)
    .filter((piece) => piece.kind === 'place');
}

function dataOf(provider: Provider, scheme: Scheme, places: readonly PlacePiece[]): unknown {
  const { events } = provider;
  let data: unknown = { sample: 'text' };
  if (provider.id === 'aws-sns') data = put(data, 'SigningCertURL', certificateUrl);
  let item: unknown = {};
  for (const { place, path } of places) {
    const isUnwanted =
      scheme.requires?.some(({ at, absent }) => absent === true && at === `{json:${path}}`) === true;
    if (place === 'json' && !isUnwanted) data = put(data, path, valueFor(provider, scheme, path));
    if (place === 'item') item = put(item, path, valueFor(provider, scheme, path));
  }
  if (provider.id === 'meta') item = put(item, 'changes', [{ field: 'messages' }]);
  const [batch] = events.batch ?? [];
  if (batch === '') return [item];
  return batch === undefined ? data : put(data, batch, [item]);
}

function valueFor(provider: Provider, scheme: Scheme, path: string): unknown {
  const condition = scheme.requires?.find(({ at }) => at === `{json:${path}}`);
  if (condition?.equals !== undefined) return condition.equals;
  if (condition?.oneOf !== undefined) return condition.oneOf.at(-1);
  const time = provider.events.time;
  if (time?.at[0] === `{json:${path}}` || time?.at[0] === `{item:${path}}`) {
    if (time.unit === 'iso') return now.toISOString();
    return time.unit === 'ms' ? now.getTime() : Number(nowSeconds);
  }
  return `sample-${path.split('.').at(-1)}`;
}

const certificateUrl =
  'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-00112233445566778899aabbccddeeff.pem';

function formOf(provider: Provider, places: readonly PlacePiece[], data: unknown): string {
  const fields = new URLSearchParams();
  for (const { place, path } of places) if (place === 'form') fields.set(path, `sample-${path}`);
  if (provider.events.formJson !== undefined) fields.set(provider.events.formJson, JSON.stringify(data));
  if (provider.events.formXml !== undefined)
    fields.set(provider.events.formXml, base64(bytes(xmlOf(places))));
  return fields.toString();
}

function xmlOf(places: readonly PlacePiece[]): string {
  const elements = places
    .filter(({ place }) => place === 'xml')
    .map(({ path }) => `<${path}>sample-${path}</${path}>`);
  return `<notification>${elements.join('')}</notification>`;
}

/** A copy of `json` with `value` at a path, where digits are places in a list. */
function put(json: unknown, path: string, value: unknown): unknown {
  const [name = '', ...rest] = path.split('.');
  if (name === '') return value;
  const inner = rest.length === 0 ? value : put(Reflect.get(Object(json), name), rest.join('.'), value);
  return /^\d+$/.test(name) ? [inner] : { ...Object(json), [name]: inner };
}

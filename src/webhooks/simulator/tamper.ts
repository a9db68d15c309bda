// Tamper: what a forger would change in a delivery. A change that the vendor's recipe can't notice is none: it is not made.
import type { Result } from '../../core/result.ts';
import type { Delivery, WebhookRequest } from '../delivery.ts';
import { textOf, utf8 } from '../encoding.ts';
import { valueAt } from '../json.ts';
import { lookupIn } from '../lookup.ts';
import type { Provider, Scheme } from '../provider.ts';
import type { Secret } from '../secret.ts';
import { Draft } from '../sign/draft.ts';
import type { SignError } from '../sign/index.ts';
import { fillTemplate, looksAt, scalarText } from '../template.ts';
import { formatTimestamp } from '../timestamp.ts';
import { verifyDelivery } from '../verify.ts';
import { keyAlgorithm, makeKeyPair } from './key-pair.ts';

/**
 * - `body` one character, after signing · `signature` likewise
 * - `timestamp` signed a day ago, as a replay; or another time in the header, where the vendor's time has no bounds
 * - `secret` signed with another one, or with another private key
 */
export const tamperings = ['body', 'signature', 'timestamp', 'secret'] as const;
export type Tampering = (typeof tamperings)[number];

interface Context {
  readonly provider: Provider;
  readonly scheme: Scheme;
  readonly secret: Secret;
  readonly privateKey?: CryptoKey;
  readonly now: Date;
  readonly signAt: (
    now: Date,
    secret: Secret,
    privateKey?: CryptoKey,
  ) => Promise<Result<WebhookRequest, SignError>>;
}

/** How far back a replay is signed: longer than any vendor's tolerance. */
const replayedAfterMs = 86_400_000;

/** How many characters are tried until a change is noticed. */
const triesMax = 400;

/** The delivery, tampered with so that the recipe refuses it; undefined where nothing of that kind is signed. */
export async function tamper(
  what: Tampering,
  delivery: Delivery,
  context: Context,
): Promise<WebhookRequest | undefined> {
  for await (const changed of changes(what, delivery, context)) {
    if (await isRefused(changed, context)) return changed;
  }
  return undefined;
}

async function isRefused(request: WebhookRequest, { provider, secret, now }: Context): Promise<boolean> {
  // Judged by what the source has, and without asking anybody: where the key is the vendor's to publish, the first change will do.
  const ports = { fetchKey: () => Promise.resolve({ status: 503, body: '' }) };
  const verdict = await verifyDelivery(provider, request, [secret], now, ports);
  return verdict.outcome === 'failed';
}

async function* changes(
  what: Tampering,
  delivery: Delivery,
  context: Context,
): AsyncGenerator<WebhookRequest> {
  switch (what) {
    case 'body': {
      const text = textOf(delivery.body) ?? '';
      for (const changed of alterations(text)) yield withBody(delivery, changed);
      return;
    }
    case 'signature':
      yield* otherSignatures(delivery, context.scheme);
      return;
    case 'timestamp':
      yield* otherTimes(delivery, context);
      return;
    case 'secret': {
      const { privateKey, secret, scheme } = context;
      const otherKey = privateKey === undefined ? undefined : await anotherKey(scheme);
      const signed = await context.signAt(
        context.now,
        privateKey === undefined ? otherSecret(secret) : secret,
        otherKey,
      );
      if (signed.ok) yield signed.value;
      return;
    }
    default:
      what satisfies never;
  }
}

function withBody(delivery: Delivery, text: string): WebhookRequest {
  const { method, url, headers } = delivery;
  return { method, url, headers: new Headers(headers), body: utf8(text) };
}

function* otherSignatures(delivery: Delivery, scheme: Scheme): Generator<WebhookRequest> {
  const places = 'signature' in scheme ? scheme.signature.at : [scheme.at].flat();
  const each = 'each' in scheme ? scheme.each : undefined;
  const json = each === undefined ? undefined : delivery.json();
  const [item]: unknown[] = json?.ok === true ? [valueAt(json.value, each ?? '')].flat() : [];
  const lookup = lookupIn(delivery, { item: (path) => scalarText(valueAt(item, path)) });
  const base = each === '' || each === undefined ? '0' : `${each}.0`;
  for (const place of places) {
    const signature = fillTemplate(place, lookup);
    if (signature === undefined) continue;
    for (const other of alterations(signature)) {
      const draft = new Draft(delivery);
      draft.write(place, other, base);
      yield { method: draft.method, url: draft.url, headers: draft.headers, body: draft.body };
    }
  }
}

async function* otherTimes(delivery: Delivery, context: Context): AsyncGenerator<WebhookRequest> {
  const { scheme, secret, privateKey } = context;
  const earlier = new Date(context.now.getTime() - replayedAfterMs);
  const replay = await context.signAt(earlier, secret, privateKey);
  if (replay.ok) yield replay.value;
  if (!('timestamp' in scheme) || scheme.timestamp === undefined) return;
  const { at, unit } = scheme.timestamp;
  const stamp = formatTimestamp(earlier.getTime(), unit);
  const draft = new Draft(delivery);
  if (looksAt(at, 'field')) {
    // It stands beside the signature, in the same header.
    const [place = ''] = scheme.signature.at;
    const header = fillTemplate(place, lookupIn(delivery)) ?? '';
    draft.write(place, header.replace(formatTimestamp(context.now.getTime(), unit), stamp));
  } else draft.write(at, stamp);
  yield draft.delivery();
}

/** Copies of a text with one letter or digit replaced, near its end first: of a kind, so that it stays JSON, hex or base64. */
function* alterations(text: string): Generator<string> {
  const step = Math.max(1, Math.floor(text.length / triesMax));
  // From seven tenths on: in `t=…,v1=…` that is the signature, in JSON a value as often as not.
  const start = Math.floor(text.length * 0.7);
  for (let count = 0; count < text.length; count += step) {
    const at = (start + count) % text.length;
    const other = otherCharacter(text[at] ?? '');
    if (other !== undefined) yield text.slice(0, at) + other + text.slice(at + 1);
  }
}

function otherCharacter(character: string): string | undefined {
  if (/[0-9]/.test(character)) return character === '9' ? '8' : String(Number(character) + 1);
  if (/[a-z]/.test(character)) return character === 'a' ? 'b' : 'a';
  if (/[A-Z]/.test(character)) return character === 'A' ? 'B' : 'A';
  return undefined;
}

/** A secret of the same form with one character in the middle of each part replaced. */
function otherSecret(secret: Secret): Secret {
  const alter = (text: string): string => {
    for (const other of alterations(text)) return other;
    return `${text}x`;
  };
  if (typeof secret === 'string') return alter(secret);
  return Object.fromEntries(Object.entries(secret).map(([name, part]) => [name, alter(part)]));
}

async function anotherKey(scheme: Scheme): Promise<CryptoKey | undefined> {
  const algorithm = keyAlgorithm(scheme);
  return algorithm === undefined ? undefined : (await makeKeyPair(algorithm)).privateKey;
}

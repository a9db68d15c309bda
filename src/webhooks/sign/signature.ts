// Signature: a recipe run backwards: what verification reads, filled in, computed and written.
import { err, ok, type Result } from '../../core/result.ts';
import { ecdsaDer } from '../der.ts';
import { decodeBinary, encodeBinary } from '../encoding.ts';
import { valueAt } from '../json.ts';
import { lookupIn, secretPlaces, type ExtraPlaces } from '../lookup.ts';
import { parameters } from '../public-key.ts';
import type { AsymmetricScheme } from '../schemes/asymmetric.ts';
import type { DigestScheme } from '../schemes/digest.ts';
import { computeHmac, type HmacScheme } from '../schemes/hmac.ts';
import { spellings } from '../schemes/signed.ts';
import { secretTexts, type Secret } from '../secret.ts';
import type { SignatureFormat } from '../signature.ts';
import { compileTemplate, fillBytes, fillTemplate, looksAt, scalarText } from '../template.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { Draft } from './draft.ts';
import type { SignError, SignOptions } from './index.ts';

type SignedScheme = HmacScheme | DigestScheme | AsymmetricScheme;

/** Signs the draft, each item of it where the vendor signs items. */
export async function writeSignature(
  scheme: SignedScheme,
  draft: Draft,
  options: SignOptions,
): Promise<Result<true, SignError>> {
  const stamp =
    scheme.timestamp === undefined ? '' : formatTimestamp(options.now.getTime(), scheme.timestamp.unit);
  if (scheme.timestamp !== undefined && !looksAt(scheme.timestamp.at, 'field'))
    draft.write(scheme.timestamp.at, stamp);
  await prepare(scheme, draft, options);
  if (scheme.each === undefined) return writeOne(scheme, draft, options, stamp, '', undefined);
  const json = draft.delivery().json();
  const items = json.ok ? valueAt(json.value, scheme.each) : undefined;
  if (!Array.isArray(items)) return err('unsignable-body');
  for (const [index, item] of items.entries()) {
    const base = scheme.each === '' ? String(index) : `${scheme.each}.${index}`;
    const written = await writeOne(scheme, draft, options, stamp, base, item);
    if (!written.ok) return written;
  }
  return ok(true);
}

/** Headers that a signed text names and that a sender would send: given, or made of the id. */
async function prepare(scheme: SignedScheme, draft: Draft, options: SignOptions): Promise<void> {
  const templates = spellings(scheme);
  for (const piece of templates.flatMap(compileTemplate)) {
    if (piece.kind !== 'place' || piece.place !== 'header' || draft.headers.has(piece.path)) continue;
    draft.headers.set(piece.path, options.id ?? 'sample-id');
  }
  const uses = (name: string): boolean => templates.some((template) => looksAt(template, 'canonical', name));
  const digest = await draft.delivery().bodySha256();
  if (uses('contentful')) {
    const names = ['x-contentful-signed-headers', 'x-contentful-timestamp', 'x-contentful-topic'];
    draft.headers.set(
      'x-contentful-signed-headers',
      names.filter((name) => name !== 'x-contentful-topic' || draft.headers.has(name)).join(','),
    );
  }
  if (uses('http-signature')) {
    const bytes = decodeBinary(digest, 'hex') ?? new Uint8Array();
    draft.headers.set('digest', `sha-256=${encodeBinary(bytes, 'base64')}`);
  }
  if (uses('twilio-form') && /json/i.test(draft.headers.get('content-type') ?? ''))
    draft.write('{query:bodySHA256}', digest);
}

async function writeOne(
  scheme: SignedScheme,
  draft: Draft,
  options: SignOptions,
  stamp: string,
  base: string,
  item: unknown,
): Promise<Result<true, SignError>> {
  const [place = ''] = scheme.signature.at;
  const format = scheme.signature.format ?? { kind: 'bare' };
  const delivery = draft.delivery();
  await delivery.bodySha256();
  const fields: Readonly<Record<string, string>> = format.kind === 'pairs' ? (format.fields ?? {}) : {};
  const [text = ''] = secretTexts(options.secret, scheme.keyParts ?? []);
  const places: ExtraPlaces = {
    item: (path) => scalarText(valueAt(item, path)),
    field: (name) => fields[name],
    timestamp: () => stamp,
    ...secretPlaces(options.secret, text),
  };
  const [data] = spellings(scheme).flatMap(
    (template) => fillBytes(template, delivery.body, lookupIn(delivery, places)) ?? [],
  );
  if (data === undefined) return err('unsignable-body');
  const signature = await computeSignature(scheme, options, text, data);
  if (signature === undefined) return err('unusable-secret');
  const encoded = encodeBinary(signature, scheme.signature.encoding);
  const stampField = scheme.timestamp === undefined ? undefined : fieldOf(scheme.timestamp.at);
  draft.write(place, formatSignature(format, encoded, stampField, stamp, prefixOf(options.secret)), base);
  return ok(true);
}

async function computeSignature(
  scheme: SignedScheme,
  options: SignOptions,
  text: string,
  data: Uint8Array,
): Promise<Uint8Array | undefined> {
  switch (scheme.kind) {
    case 'hmac':
      return computeHmac(text, scheme.key ?? 'utf8', scheme.hash, data);
    case 'digest':
      return new Uint8Array(await crypto.subtle.digest(scheme.hash, data));
    case 'asymmetric': {
      if (options.privateKey === undefined) return undefined;
      const raw = await crypto.subtle.sign(parameters(scheme.algorithm), options.privateKey, data);
      return scheme.algorithm.startsWith('ecdsa') ? ecdsaDer(new Uint8Array(raw)) : new Uint8Array(raw);
    }
    default:
      return scheme satisfies never;
  }
}

function formatSignature(
  format: SignatureFormat,
  encoded: string,
  stampField: string | undefined,
  stamp: string,
  before: string,
): string {
  switch (format.kind) {
    case 'bare':
      return `${format.prefix ?? ''}${encoded}`;
    case 'list':
      return `${format.prefix ?? ''}${format.after === undefined ? '' : `${before}${format.after}`}${encoded}`;
    case 'pairs': {
      const fixed = Object.entries(format.fields ?? {}).map(([name, value]) => `${name}="${value}"`);
      const time = stampField === undefined ? [] : [`${stampField}=${stamp}`];
      return [...fixed, ...time, `${format.signature}=${encoded}`].join(format.separator);
    }
    case 'positional':
      return `${stamp}${format.separator}${encoded}`;
    default:
      return format satisfies never;
  }
}

/** The name of the signature's field that a timestamp is, if it is one. */
function fieldOf(template: string): string | undefined {
  const piece = compileTemplate(template).find(({ kind }) => kind === 'place');
  return piece?.kind === 'place' && piece.place === 'field' ? piece.path : undefined;
}

/** What a vendor writes before the mark of a list: Braintree its public key. */
function prefixOf(secret: Secret): string {
  return fillTemplate('{part:publicKey}', (_, part) => secretPlaces(secret, '').part?.(part)) ?? 'sample';
}

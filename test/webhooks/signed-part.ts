// Signed part: all that a vendor's signature vouches for in a request, part by part, to be read and to be written otherwise.
import { Delivery, type Provider, type WebhookRequest } from '../../src/webhooks/index.ts';
import { valueAt } from '../../src/webhooks/json.ts';
import { lookupIn } from '../../src/webhooks/lookup.ts';
import type { Scheme } from '../../src/webhooks/provider.ts';
import { Draft } from '../../src/webhooks/sign/draft.ts';
import { compileTemplate, fillTemplate, looksAt, scalarText } from '../../src/webhooks/template.ts';
import { bodyNotCovered, signatureOf, withSignature } from './forgery.ts';
import { withHeader } from './request.ts';

/** A part of a genuine request, as text of printable ASCII. */
export interface SignedPart {
  readonly name: string;
  readonly text: string;
  /** The request with another text there. */
  readonly write: (text: string) => WebhookRequest;
  /** Whether two texts there say the same: the case of hex digits, what a vendor turns into lower case. */
  readonly isSame: (one: string, other: string) => boolean;
}

/** Headers that a canonical form looks at, beside those that a template names. */
const canonicalHeaders: Readonly<Record<string, readonly string[]>> = {
  contentful: ['x-contentful-signed-headers', 'x-contentful-timestamp'],
  keygen: ['date', 'digest'],
  'mercado-pago': ['x-request-id'],
};

/** Canonical forms that the URL's path is in. */
const urlForms =
  /\{(?:url|endpoint|canonical:(?:hubspot-url|twilio-url[a-z-]*|plivo|contentful|http-signature|query-hash))\}/;

/** Vendors that write beside the signature, in the same header, what nobody signs: the labels of draft-cavage-http-signatures, a key's name. */
const labelled: ReadonlySet<string> = new Set(['keygen', 'braintree']);

/** Bytes of a body that nobody signs though the rest of it is: Braintree names its key before the signature. */
export const unsignedBytes: Readonly<Record<string, RegExp>> = { braintree: /(?<=bt_signature=)[^%]+/ };

const never = () => false;
const ignoresCase = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Everything signed but the body, which is bytes. The signature itself comes first. */
export function signedParts(
  provider: Provider,
  scheme: Scheme,
  request: WebhookRequest,
): readonly SignedPart[] {
  const templates = templatesOf(scheme);
  const parts: SignedPart[] = [signaturePart(provider, scheme, request)];
  const headers = new Set(canonicalHeaders[provider.id]);
  for (const piece of templates.flatMap(compileTemplate)) {
    if (piece.kind !== 'place') continue;
    if (piece.place === 'header') headers.add(piece.path);
    const isField = ['json', 'item', 'form', 'form-json'].includes(piece.place);
    if (isField && bodyNotCovered.has(provider.id)) {
      parts.push(...fieldPart(scheme, request, `{${piece.place}:${piece.path}}`));
    }
  }
  for (const name of headers) {
    const text = request.headers.get(name);
    if (text === null || text === '') continue;
    parts.push({ name, text, isSame: never, write: (other) => withHeader(request, name, other) });
  }
  if (templates.some((template) => urlForms.test(template))) parts.push(pathPart(request));
  if (provider.id === 'mercado-pago') parts.push(queryPart(request, 'data.id'));
  return parts;
}

/** The templates of all that the scheme vouches for, the time included. */
function templatesOf(scheme: Scheme): readonly string[] {
  if (scheme.kind === 'static-token') return [];
  if (scheme.kind === 'jwt') {
    const claims = (scheme.claims ?? []).flatMap(({ is }) => is);
    return [...claims, ...(scheme.binds ?? []).map((bind) => bind.of)];
  }
  const time = scheme.timestamp === undefined ? [] : [scheme.timestamp.at];
  return [...[scheme.signed].flat(), ...time].filter((template) => !looksAt(template, 'field'));
}

function signaturePart(provider: Provider, scheme: Scheme, request: WebhookRequest): SignedPart {
  const whole = signatureOf({ scheme, request });
  const start = labelled.has(provider.id) ? startOf(whole) : 0;
  const isHex = 'signature' in scheme && scheme.signature.encoding === 'hex';
  // Sanity's pairs are separated by a comma or a space, and both are taken.
  const isRespaced = (one: string, other: string) => one.replaceAll(' ', ',') === other.replaceAll(' ', ',');
  return {
    name: 'signature',
    text: whole.slice(start),
    isSame: provider.id === 'sanity' ? isRespaced : isHex ? ignoresCase : never,
    write: (text) => withSignature({ scheme, request }, `${whole.slice(0, start)}${text}`),
  };
}

/** Where the signature itself begins, behind its labels. */
function startOf(header: string): number {
  const label = /^.*(?:signature=|\|)/.exec(header)?.[0];
  if (label === undefined) throw new Error(`no label in ${header}`);
  return label.length;
}

/** A signed field of the body; none where the sample lacks it. */
function fieldPart(scheme: Scheme, request: WebhookRequest, place: string): readonly SignedPart[] {
  const each = 'each' in scheme ? scheme.each : undefined;
  const delivery = Delivery.of(request);
  const json = each === undefined ? undefined : delivery.json();
  const [item]: unknown[] = json?.ok === true ? [valueAt(json.value, each ?? '')].flat() : [];
  const lookup = lookupIn(delivery, { item: (path) => scalarText(valueAt(item, path)) });
  const text = fillTemplate(place, lookup);
  if (text === undefined || text === '') return [];
  const write = (other: string): WebhookRequest => {
    const draft = new Draft(request);
    draft.write(place, other, `${each ?? ''}.0`);
    return draft.delivery();
  };
  return [{ name: place, text, isSame: never, write }];
}

/** The last segment of the URL's path. */
function pathPart(request: WebhookRequest): SignedPart {
  const [, base = '', text = '', rest = ''] = /^(.*\/)([^/?]+)(.*)$/.exec(request.url) ?? [];
  const write = (other: string) => ({ ...request, url: `${base}${encodeURIComponent(other)}${rest}` });
  return { name: 'path', text, isSame: never, write };
}

function queryPart(request: WebhookRequest, name: string): SignedPart {
  const url = new URL(request.url);
  const text = url.searchParams.get(name) ?? '';
  const write = (other: string) => {
    url.searchParams.set(name, other);
    return { ...request, url: url.href };
  };
  return { name: `query ${name}`, text, isSame: ignoresCase, write };
}

// Kept request: what the delivery log keeps of a request. A credential, a cookie or a static token is never among it.
import type { KeptRequest } from '../core/delivery.ts';
import { limit } from '../core/limit.ts';
import type { Delivery } from './delivery.ts';
import type { Provider, Scheme } from './provider.ts';
import { secretPart, type Secret } from './secret.ts';
import { compileTemplate } from './template.ts';

/** Headers of credentials whatever the recipe says of them. */
const credentialHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
]);

/** Names that sound like a credential: left out, unless a scheme signs with them. */
const credentialPattern = /auth|token|secret|passw|credential|session|(?:^|[-_])(?:api[-_]?)?key$/i;

/** What proxies and the platform add, and what says nothing of the sender's message; but the host that the sender called does. */
const transportPattern =
  /^(?:cf-.*|x-forwarded-(?!host$).*|x-real-ip|forwarded|true-client-ip|via|cdn-loop|connection|host|accept|accept-.*|content-length|mf-.*)$/;

/** A URL of scheme, host and path alone. */
const bareUrlPattern = /^https?:\/\/[a-z0-9.:[\]-]+\/[\w./~%!$&'()*+,;=:-]*$/;

/** What stands in a URL where a token was. */
const leftOut = '-';

/**
 * What is kept of a request.
 * @param signatures whether its signatures are kept: to judge it again; what was accepted needs no second verdict, and its
 *   signature would be a genuine one to take away
 * @param clean takes the values of configured secrets out of a text
 */
export function keepRequest(
  provider: Provider,
  { method, url, headers }: Delivery,
  secrets: readonly Secret[],
  signatures: boolean,
  clean: (text: string) => string,
): KeptRequest {
  const places = placesOf(provider, secrets);
  const kept: Record<string, string> = {};
  let room = limit.deliveryHeaderLengthMax;
  let headersLeftOut = 0;
  for (const [name, value] of headers) {
    const fate = fateOf(name, places);
    if (fate === 'passed over') continue;
    const size = name.length + value.length;
    if (!(fate === 'kept' || (fate === 'signature' && signatures)) || size > room) {
      headersLeftOut += 1;
      continue;
    }
    room -= size;
    kept[name] = clean(value);
  }
  return { method, url: clean(keepUrl(url, places, signatures)), headers: kept, headersLeftOut };
}

/** What the recipe judges a request by and {@link keepRequest} leaves out: whoever keeps it has to seal it. */
export interface Credentials {
  /** The URL as it came, where the kept one is another. */
  readonly url?: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The credentials of a request of which `kept` is kept; undefined where it has none, or more than is ever kept. */
export function credentialsOf(
  provider: Provider,
  { url, headers }: Pick<Delivery, 'url' | 'headers'>,
  secrets: readonly Secret[],
  kept: KeptRequest,
): Credentials | undefined {
  const { tokenHeaders, signatureHeaders: signing } = placesOf(provider, secrets);
  const shown = [...new Set([...tokenHeaders, ...signing])].flatMap((name) => {
    const value = headers.get(name);
    return value === null || value === kept.headers[name] ? [] : [[name, value] as const];
  });
  const isSameUrl = url === kept.url;
  if (isSameUrl && shown.length === 0) return undefined;
  const length = shown.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (length > limit.deliveryHeaderLengthMax || url.length > limit.deliveryUrlLengthMax) return undefined;
  return { ...(isSameUrl ? {} : { url }), headers: Object.fromEntries(shown) };
}

/** Names of the headers that carry a signature: what shows a kept request shows them as there, not as they are. */
export function signatureHeaders(provider: Provider): ReadonlySet<string> {
  return placesOf(provider, []).signatureHeaders;
}

/** Whether a recipe takes a token out of the body: a raw body that may hold one is not kept. */
export function hasTokenInBody({ schemes }: Provider): boolean {
  return schemes.some((scheme) =>
    tokenTemplates(scheme).some((template) =>
      compileTemplate(template).some(
        (piece) =>
          piece.kind === 'place' &&
          piece.place !== 'header' &&
          piece.place !== 'query' &&
          piece.place !== 'part',
      ),
    ),
  );
}

interface Places {
  readonly tokenHeaders: ReadonlySet<string>;
  readonly tokenQueries: ReadonlySet<string>;
  readonly signatureHeaders: ReadonlySet<string>;
  readonly signatureQueries: ReadonlySet<string>;
  readonly fates: Map<string, Fate>;
}

const placesByProvider = new WeakMap<Provider, Places>();

/** The places of a recipe, found once, with the headers that an owner has chosen for a token. */
function placesOf(provider: Provider, secrets: readonly Secret[]): Places {
  const places = placesByProvider.get(provider) ?? findPlaces(provider);
  placesByProvider.set(provider, places);
  const own = secrets.flatMap((secret) => secretPart(secret, 'header')?.toLowerCase() ?? []);
  return own.length === 0
    ? places
    : { ...places, tokenHeaders: new Set([...places.tokenHeaders, ...own]), fates: new Map() };
}

function findPlaces({ schemes }: Provider): Places {
  const tokens = schemes.flatMap(tokenTemplates);
  const signatures = schemes.flatMap(signatureTemplates);
  return {
    tokenHeaders: new Set(paths(tokens, 'header').map((name) => name.toLowerCase())),
    tokenQueries: new Set(paths(tokens, 'query')),
    signatureHeaders: new Set(paths(signatures, 'header').map((name) => name.toLowerCase())),
    signatureQueries: new Set(paths(signatures, 'query')),
    fates: new Map(),
  };
}

/** Where a scheme finds what is as good as a password for a while. */
function tokenTemplates(scheme: Scheme): readonly string[] {
  if (scheme.kind === 'static-token') return scheme.at;
  return scheme.kind === 'jwt' ? [scheme.at] : [];
}

function signatureTemplates(scheme: Scheme): readonly string[] {
  return scheme.kind === 'static-token' || scheme.kind === 'jwt' ? [] : scheme.signature.at;
}

function paths(templates: readonly string[], place: 'header' | 'query'): readonly string[] {
  return templates.flatMap((template) =>
    compileTemplate(template).flatMap((piece) =>
      piece.kind === 'place' && piece.place === place ? [piece.path] : [],
    ),
  );
}

/** What becomes of a header: `left out` is counted, what is `passed over` is not; a `signature` is kept where signatures are. */
type Fate = 'kept' | 'left out' | 'passed over' | 'signature';

function fateOf(name: string, places: Places): Fate {
  const known = places.fates.get(name);
  if (known !== undefined) return known;
  const fate = judgeName(name, places);
  // Vendors send the same few names again and again; what a forger makes up is not remembered without bound.
  if (places.fates.size < fatesMax) places.fates.set(name, fate);
  return fate;
}

/** Names whose fate is remembered for one provider. */
const fatesMax = 256;

function judgeName(name: string, { tokenHeaders, signatureHeaders: signing }: Places): Fate {
  if (transportPattern.test(name)) return 'passed over';
  if (credentialHeaders.has(name) || tokenHeaders.has(name)) return 'left out';
  if (signing.has(name)) return 'signature';
  return credentialPattern.test(name) ? 'left out' : 'kept';
}

/** The URL without a fragment or user info, and with `-` for what a token, or a signature that is not kept, is. */
function keepUrl(text: string, { tokenQueries, signatureQueries }: Places, signatures: boolean): string {
  // Nearly every one: without a query, a fragment or user info there is nothing to leave out, and no need to take it apart.
  if (bareUrlPattern.test(text) && text.length <= limit.deliveryUrlLengthMax) return text;
  const url = URL.parse(text);
  if (url === null) return '';
  url.username = '';
  url.password = '';
  url.hash = '';
  if (url.href.length > limit.deliveryUrlLengthMax) url.search = '';
  const isSecret = (name: string) =>
    tokenQueries.has(name) || (signatureQueries.has(name) ? !signatures : credentialPattern.test(name));
  // Untouched where nothing is left out: some vendors sign the query as it is written.
  for (const name of new Set(url.searchParams.keys()))
    if (isSecret(name)) url.searchParams.set(name, leftOut);
  return url.href;
}

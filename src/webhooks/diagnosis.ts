// Diagnosis: what seems to be wrong with a rejected delivery, for its owner. It tries what goes wrong in practice and says what
// would have fitted; never what the signature should have been.
import { Delivery, type WebhookRequest } from './delivery.ts';
import type { Provider, Scheme } from './provider.ts';
import { signedTime, spellings } from './schemes/signed.ts';
import type { Secret } from './secret.ts';
import { looksAt } from './template.ts';
import { verifyDelivery } from './verify.ts';
import type { FailureReason } from './verdict.ts';

export type Diagnosis =
  /** It was signed with another secret of this box; `secret` is its name. */
  | { readonly kind: 'wrong-secret'; readonly detail: string; readonly secret?: string }
  | { readonly kind: 'body-re-encoded'; readonly detail: string }
  /** `skewSeconds` > 0: signed after it came, by the clocks. */
  | { readonly kind: 'clock-skew'; readonly detail: string; readonly skewSeconds: number }
  | { readonly kind: 'url-mismatch'; readonly detail: string; readonly url: string }
  | { readonly kind: 'wrong-hash'; readonly detail: string; readonly hash: string }
  /** Nothing that was tried fits; `detail` says what the reason means. */
  | { readonly kind: 'unexplained'; readonly detail: string };

export interface NamedSecret {
  readonly name: string;
  readonly secret: Secret;
}

export interface DiagnosisParts {
  readonly provider: Provider;
  /** The source's own. */
  readonly secrets: readonly Secret[];
  /** The others of the box, which it may have been signed with by mistake. */
  readonly others: readonly NamedSecret[];
  /** As the log has it: a `FailureReason`. */
  readonly reason: string;
  /** When it came. */
  readonly receivedAt: Date;
  /** Other hosts (`host` or `host:port`) by which the vendor may have called the box: its public one, those that a proxy names. */
  readonly hosts: readonly string[];
}

/**
 * Judges a kept request again in the ways in which deliveries go wrong: some tens of verdicts, over a body that is kept because it
 * is short.
 */
export async function diagnoseDelivery(
  request: WebhookRequest,
  { provider, secrets, others, reason, receivedAt, hosts }: DiagnosisParts,
): Promise<readonly Diagnosis[]> {
  if (reason === 'stale-timestamp' || reason === 'future-timestamp')
    return [skewOf(provider, request, receivedAt)];
  if (reason !== 'no-match')
    return [{ kind: 'unexplained', detail: details.get(reason) ?? `It was rejected: ${reason}.` }];
  /** Genuine but for its age, with one thing changed. */
  const fits = async (changed: Partial<WebhookRequest>, recipe = provider, keys = secrets) => {
    const verdict = await verifyDelivery(recipe, { ...request, ...changed }, keys, receivedAt);
    if (verdict.outcome === 'failed')
      return verdict.reason === 'stale-timestamp' || verdict.reason === 'future-timestamp';
    return verdict.outcome !== 'handshake';
  };
  for (const { name, secret } of others) {
    if (!(await fits({}, provider, [secret]))) continue;
    const detail = `It is signed with the secret ${name}, which was not one of this source's then.`;
    return [{ kind: 'wrong-secret', detail, secret: name }];
  }
  for (const [what, body] of spellingsOf(request.body)) {
    if (!(await fits({ body }))) continue;
    const detail = `The signature fits the body ${what}: something on the way has written it anew.`;
    return [{ kind: 'body-re-encoded', detail }];
  }
  const isUrlSigned = provider.schemes.some(signsUrl);
  for (const url of isUrlSigned ? addressesOf(request.url, hosts.slice(0, hostsMax)) : []) {
    if (!(await fits({ url }))) continue;
    const detail =
      'The signature fits another URL than the one that reached the Worker: the vendor has this one.';
    return [{ kind: 'url-mismatch', detail, url }];
  }
  for (const hash of hashes) {
    const schemes = provider.schemes.map((scheme): Scheme =>
      scheme.kind === 'hmac' ? { ...scheme, hash } : scheme,
    );
    if (!(await fits({}, { ...provider, schemes }))) continue;
    return [
      { kind: 'wrong-hash', detail: `It is signed with HMAC-${hash}, which is not the recipe's.`, hash },
    ];
  }
  const detail = isUrlSigned ? `${meanings['no-match']} ${urlHint}` : meanings['no-match'];
  return [{ kind: 'wrong-secret', detail }];
}

const urlHint = 'The vendor signs its URL, too: it must have the one that reaches the Worker, to the letter.';

/** Hosts that are tried: each in some sixteen spellings. */
const hostsMax = 4;

const hashes = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const;

function skewOf(provider: Provider, request: WebhookRequest, receivedAt: Date): Diagnosis {
  const delivery = Delivery.of(request);
  const [time] = provider.schemes.flatMap((scheme) =>
    scheme.kind === 'static-token' || scheme.kind === 'jwt' ? [] : (signedTime(scheme, delivery) ?? []),
  );
  if (time === undefined)
    return { kind: 'unexplained', detail: 'It is genuine, but its token was not valid at the time.' };
  const skewSeconds = Math.round((time - receivedAt.getTime()) / 1000);
  const when = skewSeconds < 0 ? `${-skewSeconds} s before` : `${skewSeconds} s after`;
  const detail = `It is genuine, but was signed ${when} it came: a clock is wrong, or it was sent again as it was.`;
  return { kind: 'clock-skew', detail, skewSeconds };
}

/** The body as what stands between a vendor and us likes to write it. */
function* spellingsOf(body: Uint8Array): Generator<readonly [what: string, body: Uint8Array]> {
  const encoder = new TextEncoder();
  const text = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(body);
  const plain: readonly (readonly [string, string])[] = [
    ['without the white space around it', text.trim()],
    ['with a line feed at its end', `${text}\n`],
    ['with line feeds alone', text.replaceAll('\r\n', '\n')],
    ['with carriage returns', text.replaceAll(/\r?\n/g, '\r\n')],
    ['without a byte order mark', text.replace(/^\uFEFF/, '')],
  ];
  const value = parse(text);
  const compact = JSON.stringify(value) ?? text;
  const json: readonly (readonly [string, string])[] =
    value === undefined
      ? []
      : [
          ['as compact JSON', compact],
          ['as JSON indented by two', JSON.stringify(value, null, 2)],
          ['as JSON indented by four', JSON.stringify(value, null, 4)],
          // As Python's json.dumps writes it, where no text holds a comma or a colon with a quote before it.
          [
            'as JSON with spaces after its commas and colons',
            compact.replaceAll(/(?<=["\d\]}el])([,:])(?=["\d[{tfn-])/g, '$1 '),
          ],
          ['as JSON with escaped slashes', compact.replaceAll('/', '\\/')],
          ['as JSON in ASCII', compact.replaceAll(/[\u0080-\uFFFF]/g, escapeUnit)],
        ];
  for (const [what, spelling] of [...plain, ...json]) {
    if (spelling !== text) yield [what, encoder.encode(spelling)];
  }
}

function parse(text: string): unknown {
  const delivery = new Delivery({
    method: 'POST',
    url: '',
    headers: new Headers(),
    body: new TextEncoder().encode(text),
  });
  const json = delivery.json();
  return json.ok ? json.value : undefined;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function signsUrl(scheme: Scheme): boolean {
  if (scheme.kind === 'static-token' || scheme.kind === 'jwt') return false;
  return spellings(scheme).some(
    (template) => looksAt(template, 'url') || looksAt(template, 'endpoint') || looksAt(template, 'canonical'),
  );
}

/** Other spellings of an address: another scheme or host, a slash more or less, no query, a port that says nothing. */
function addressesOf(address: string, hosts: readonly string[]): readonly string[] {
  const url = URL.parse(address);
  if (url === null) return [];
  const { host: own, pathname, search } = url;
  const paths = [pathname, pathname.endsWith('/') ? pathname.slice(0, -1) : `${pathname}/`];
  const origins = [own, ...hosts].flatMap((host) =>
    ['https:', 'http:'].flatMap((scheme) => [
      `${scheme}//${host}`,
      ...(host.includes(':') ? [] : [`${scheme}//${host}:${scheme === 'http:' ? 80 : 443}`]),
    ]),
  );
  const all = origins.flatMap((origin) =>
    paths.flatMap((path) => [`${origin}${path}${search}`, `${origin}${path}`]),
  );
  return [...new Set(all)].filter((spelling) => spelling !== address);
}

const meanings: Readonly<Record<FailureReason, string>> = {
  'no-secret': 'The source has no secret that this scheme can use.',
  'malformed-secret': 'A secret of the source is not of the form that the vendor gives out.',
  'missing-signature': 'It has no signature: it may not come from the vendor, or signing is off there.',
  'malformed-signature': 'Its signature is not written as the vendor writes it.',
  'too-many-signatures': 'It has more signatures than the vendor sends.',
  'missing-timestamp': 'It does not say when it was signed.',
  'malformed-timestamp': 'The time of its signature is not written as the vendor writes it.',
  'stale-timestamp': 'It is genuine, but too old.',
  'future-timestamp': 'It is genuine, but was signed in the future.',
  'missing-part': 'A part of what is signed is not there.',
  'malformed-body': "Its body can't be read, and the vendor signs fields of it.",
  'no-match':
    'No secret of the source, no common rewriting of the body, and no other secret of this box fits its signature.',
  'item-not-signed': 'One item of the batch is not signed as the others are.',
  'malformed-token': 'Its token is not well-formed.',
  'unsupported-algorithm': 'It is signed by an algorithm that the recipe does not take.',
  'claim-mismatch': 'Its token is genuine, but was made for another request or receiver.',
  'untrusted-key-url': "The address of its key is not the vendor's.",
  'unknown-key': 'The vendor does not publish the key that it names.',
  'key-unavailable': "The vendor's key could not be fetched.",
  'already-paired': 'It brought a secret, and the source has one.',
  unsupported: 'The vendor signs nothing and no token is configured.',
};

const details: ReadonlyMap<string, string> = new Map(Object.entries(meanings));

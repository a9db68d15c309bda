// Handshake: the tests by which vendors make sure that an endpoint is wanted: echoed challenges, proofs, secrets that arrive in the request.
import { meets } from './condition.ts';
import type { Delivery } from './delivery.ts';
import { encodeBinary, equalText, utf8 } from './encoding.ts';
import { lookupIn, type ExtraPlaces } from './lookup.ts';
import type { Handshake, HandshakeAnswer, Provider } from './provider.ts';
import { isTrustedUrl } from './published-key.ts';
import { computeHmac } from './schemes/hmac.ts';
import { secretPart, secretTexts, type IndexedSecret, type Secret } from './secret.ts';
import { fillTemplate, looksAt } from './template.ts';
import type { PlainResponse, Verdict } from './verdict.ts';

/** Bytes of a body that may be a challenge. Beyond it nothing is parsed: real ones have some hundred. */
const challengeBytesMax = 16_384;

const charsets = {
  opaque: /^[A-Za-z0-9._~+/=-]{1,512}$/,
  /** Printable ASCII without what HTML would take for markup. */
  phrase: /^[ !#$%()*+,\-./0-9:;=?@A-Z[\\\]^_a-z{|}~]{1,512}$/,
  hex: /^[a-f0-9]{20,32}$/,
};

/** The provider's handshake that the request is, among those whose `genuine` is of interest; undefined where it is an event. */
export function findHandshake(
  provider: Provider,
  delivery: Delivery,
  among: (genuine: Handshake['genuine']) => boolean,
): Handshake | undefined {
  return provider.handshakes?.find(
    (handshake) => among(handshake.genuine) && isHandshake(handshake, delivery),
  );
}

/**
 * The answer to a handshake. What doesn't hold is answered as the vendor expects it: 403 for a wrong token, 400 for a
 * challenge that isn't opaque. A source without a secret can prove nothing: `no-secret`.
 */
export async function answerHandshake(
  handshake: Handshake,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
): Promise<Verdict> {
  const lookup = lookupIn(delivery);
  const challenge = handshake.challenge === undefined ? '' : fillTemplate(handshake.challenge, lookup);
  if (challenge === undefined) return refuse(400);
  if (handshake.challenge !== undefined && !charsets[handshake.charset ?? 'opaque'].test(challenge))
    return refuse(400);
  if (handshake.token !== undefined && !hasToken(handshake.token, delivery, secrets)) return refuse(403);
  if (handshake.captures === true && secrets.length > 0)
    return { outcome: 'failed', reason: 'already-paired' };
  const proven = await prove(handshake, challenge, delivery, secrets);
  if (proven === undefined) return { outcome: 'failed', reason: 'no-secret' };
  const response = toResponse(handshake.answer, delivery, {
    challenge: () => challenge,
    proof: () => proven.proof,
    part: (name) => (proven.secret === undefined ? undefined : secretPart(proven.secret, name)),
  });
  const visit = handshake.visit === undefined ? undefined : fillTemplate(handshake.visit.at, lookup);
  if (handshake.visit !== undefined && !isTrustedUrl(visit ?? '', handshake.visit.host)) {
    return { outcome: 'failed', reason: 'untrusted-key-url' };
  }
  return {
    outcome: 'handshake',
    response,
    ...(handshake.captures === true ? { capturedSecret: challenge } : {}),
    ...(visit === undefined ? {} : { visit }),
  };
}

function isHandshake(handshake: Handshake, delivery: Delivery): boolean {
  if (delivery.method !== (handshake.method ?? 'POST')) return false;
  const readsBody = handshake.onlyMembers !== undefined || handshake.when.some(({ at }) => readsBodyAt(at));
  if (readsBody && delivery.body.byteLength > challengeBytesMax) return false;
  const lookup = lookupIn(delivery);
  return handshake.when.every((condition) => meets(condition, lookup)) && hasOnly(delivery, handshake);
}

function readsBodyAt(template: string): boolean {
  return looksAt(template, 'json') || looksAt(template, 'form');
}

/** Whether the body has no other members or fields than a challenge has. */
function hasOnly(delivery: Delivery, { onlyMembers, onlyFields }: Handshake): boolean {
  if (onlyFields !== undefined) {
    const form = delivery.form();
    return form.ok && form.value.every(([name]) => onlyFields.includes(name));
  }
  if (onlyMembers === undefined) return true;
  const json = delivery.json();
  if (!json.ok || typeof json.value !== 'object' || json.value === null) return false;
  return Object.keys(json.value).every((name) => onlyMembers.includes(name));
}

function hasToken(
  token: NonNullable<Handshake['token']>,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
): boolean {
  const given = fillTemplate(token.at, lookupIn(delivery));
  if (given === undefined) return false;
  return secrets
    .flatMap(({ secret }) => secretTexts(secret, token.parts))
    .map((text) => equalText(text, given))
    .includes(true);
}

interface Proven {
  readonly proof: string;
  readonly secret?: Secret;
}

/** The proof that the newest usable secret gives; empty where none is asked for, undefined where there is no secret to give it. */
async function prove(
  handshake: Handshake,
  challenge: string,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
): Promise<Proven | undefined> {
  const { proof } = handshake;
  if (proof === undefined) return { proof: '' };
  const secret = secrets.find(
    (indexed) => secretTexts(indexed.secret, proof.keyParts ?? []).length > 0,
  )?.secret;
  const [text] = secret === undefined ? [] : secretTexts(secret, proof.keyParts ?? []);
  if (secret === undefined || text === undefined) return undefined;
  const filled = fillTemplate(
    proof.of,
    lookupIn(delivery, { challenge: () => challenge, secret: () => text }),
  );
  if (filled === undefined) return undefined;
  const bytes =
    proof.kind === 'digest'
      ? new Uint8Array(await crypto.subtle.digest(proof.hash ?? 'SHA-256', utf8(filled)))
      : await computeHmac(text, proof.key ?? 'utf8', proof.hash ?? 'SHA-256', utf8(filled));
  return bytes === undefined ? undefined : { proof: encodeBinary(bytes, proof.encoding), secret };
}

/** Challenges go back as plain text that no browser sniffs into HTML, or as JSON. */
function toResponse(answer: HandshakeAnswer, delivery: Delivery, extra: ExtraPlaces): PlainResponse {
  const lookup = lookupIn(delivery, extra);
  const fill = (record: Readonly<Record<string, string | number>>): Record<string, string | number> => {
    const filled: Record<string, string | number> = {};
    for (const [name, template] of Object.entries(record)) {
      const value = typeof template === 'number' ? template : fillTemplate(template, lookup);
      if (value !== undefined) filled[name] = value;
    }
    return filled;
  };
  const headers: Record<string, string> = { 'x-content-type-options': 'nosniff' };
  for (const [name, value] of Object.entries(fill(answer.headers ?? {}))) headers[name] = String(value);
  if (answer.json !== undefined) {
    return {
      status: answer.status,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(fill(answer.json)),
    };
  }
  const text = answer.text === undefined ? '' : (fillTemplate(answer.text, lookup) ?? '');
  return {
    status: answer.status,
    headers: text === '' ? headers : { 'content-type': 'text/plain', ...headers },
    body: text,
  };
}

function refuse(status: 400 | 403): Verdict {
  return {
    outcome: 'handshake',
    response: { status, headers: { 'x-content-type-options': 'nosniff' }, body: '' },
  };
}

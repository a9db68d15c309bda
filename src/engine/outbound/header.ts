// Header: which headers a request carries, and which of an answer are kept.
import { limit } from '../../core/limit.ts';
import { ok, type Result } from '../../core/result.ts';
import { refuse } from './failure.ts';
import type { HttpRequest, OutboundPorts, SecretValue, SendContext, SendFailure } from './request.ts';

/** Headers of one request. Values are final: secrets are in them. */
export interface WireHeaders {
  /** Sent on every hop: nothing in them is a credential. */
  readonly common: Readonly<Record<string, string>>;
  /** Sent to the origin that the author named, and to no other. */
  readonly trusted: Readonly<Record<string, string>>;
}

/** A token of RFC 9110 section 5.6.2, in lower case. */
const namePattern = /^[a-z0-9!#$%&'*+\-.^_`|~]+$/;

/** Visible ASCII, spaces and tabs: RFC 9110 section 5.5 calls the rest obsolete, and a line break would begin a header of its own. */
const valuePattern = /^[\x20-\x7e\t]*$/;

/** Names that a request may not set, and whose they are. */
const reserved = new Map<string, string>([
  // Written by whoever frames the message: a wrong one makes two requests of one (RFC 9110 section 7.6.1, RFC 9112 section 6).
  ...[
    'host',
    'content-length',
    'transfer-encoding',
    'connection',
    'keep-alive',
    'te',
    'trailer',
    'upgrade',
    'expect',
    'via',
    'http2-settings',
  ].map((name): [string, string] => [name, 'the connection’s']),
  ['accept-encoding', 'the runtime’s, which decodes the answer'],
  ['traceparent', 'Signalbox’s own'],
]);

/** Headers of Standard Webhooks (specification 1.0.0): whoever signs a message sets all three, so one alone was slipped in. */
const signatureNames = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/** Beginnings of names that proxies and the platform set, and trust. */
const reservedStarts = ['proxy-', 'sec-', 'cf-'];

/** Headers that say nothing secret where their value is the author's own text, so that they may follow a redirect anywhere. */
const harmless = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);

/**
 * The headers of a request: the author's with secrets put in, and ours. `Idempotency-Key` is sent as the draft has it, a quoted
 * string (draft-ietf-httpapi-idempotency-key-header-07 section 2.1): servers that follow it refuse any other, and those that
 * don't, such as Stripe, take the quotes as a part of an opaque key, the same for each attempt. A request that names an
 * `Idempotency-Key` of its own keeps it: some vendors want a UUID, or a key that follows from the order.
 * Past 16 KiB in all (`limit.headerBytesMax`) they are refused.
 */
export function writeHeaders(
  request: HttpRequest,
  context: SendContext,
  ports: Pick<OutboundPorts, 'secret'>,
): Result<WireHeaders, SendFailure> {
  const common = ownHeaders(request, context);
  const trusted = new Map<string, string>();
  const named = new Set<string>();
  for (const [written, value] of Object.entries(request.headers ?? {})) {
    const name = written.toLowerCase();
    const why = judgeName(name) ?? (named.has(name) ? 'it is named twice' : undefined);
    if (why !== undefined) return refuseHeader(written, why);
    named.add(name);
    const read = typeof value === 'string' ? ok(value) : readSecret(value, context, ports);
    if (!read.ok) return read;
    if (typeof value === 'string' && harmless.has(name)) {
      common.set(name, read.value);
    } else {
      common.delete(name);
      trusted.set(name, read.value);
    }
  }
  if (request.auth !== undefined && trusted.has('authorization'))
    return refuseHeader('authorization', '`auth` sets it too');
  const signature = signatureNames.filter((name) => trusted.has(name));
  if (signature.length > 0 && signature.length < signatureNames.length)
    return refuseHeader(signature.join(', '), 'a signature is made of all of the three webhook- headers');
  return bound(common, trusted);
}

/** What every request carries, and what the author may set another value for. */
function ownHeaders(request: HttpRequest, context: SendContext): Map<string, string> {
  const headers = new Map([
    ['accept', request.response === undefined ? '*/*' : 'application/json, */*;q=0.5'],
    ['user-agent', 'Signalbox'],
  ]);
  if (request.body !== undefined && typeof request.body !== 'string')
    headers.set('content-type', 'application/json');
  if (context.traceparent !== undefined) headers.set('traceparent', context.traceparent);
  if (context.idempotencyKey !== undefined)
    headers.set('idempotency-key', `"${context.idempotencyKey.replaceAll(/["\\]/g, '\\$&')}"`);
  return headers;
}

/**
 * A secret's text, with its prefix and suffix.
 * Fails where the workflow does not declare it, where it is not set, or where a header can't carry it.
 */
export function readSecret(
  { secret: name, prefix = '', suffix = '' }: SecretValue,
  context: Pick<SendContext, 'secrets'>,
  ports: Pick<OutboundPorts, 'secret'>,
): Result<string, SendFailure> {
  if (!context.secrets.includes(name)) {
    return no(
      'secret-missing',
      `Cannot use secret '${name}' as the workflow does not declare it: add it to the workflow's secrets`,
    );
  }
  const value = ports.secret(name);
  if (value === undefined || value === '') {
    return no(
      'secret-missing',
      `Cannot use secret '${name}' as it is not set: npx wrangler secret put ${name}`,
    );
  }
  if (!valuePattern.test(value)) {
    return no(
      'secret-missing',
      `Cannot use secret '${name}' as it must be one line of ASCII: it has a line break or another character that a header can't carry`,
    );
  }
  return ok(`${prefix}${value}${suffix}`);
}

function judgeName(name: string): string | undefined {
  if (!namePattern.test(name)) return 'its name must be a token (RFC 9110 section 5.6.2)';
  const owner = reserved.get(name);
  if (owner !== undefined) return `it is ${owner}`;
  if (reservedStarts.some((start) => name.startsWith(start))) return 'it is a proxy’s or the platform’s';
  return undefined;
}

function bound(
  common: ReadonlyMap<string, string>,
  trusted: ReadonlyMap<string, string>,
): Result<WireHeaders, SendFailure> {
  let bytes = 0;
  for (const [name, value] of [...common, ...trusted]) {
    // Not the value: it may be a secret.
    if (!valuePattern.test(value))
      return refuseHeader(name, 'its value must be one line of ASCII (RFC 9110 section 5.5)');
    bytes += name.length + value.length;
  }
  if (bytes > limit.headerBytesMax) {
    return no(
      'request-invalid',
      `Cannot send headers as they must have at most ${limit.headerBytesMax} bytes: they have ${bytes}`,
    );
  }
  return ok({ common: Object.fromEntries(common), trusted: Object.fromEntries(trusted) });
}

function refuseHeader(name: string, why: string): Result<never, SendFailure> {
  return no(
    'request-invalid',
    `Cannot send header ${JSON.stringify(name.slice(0, limit.headerNameShownLengthMax))} as ${why}`,
  );
}

function no(code: 'request-invalid' | 'secret-missing', message: string): Result<never, SendFailure> {
  return { ok: false, error: refuse(code, message) };
}

/** Not kept: cookies, since there is no jar that they could go to, and what was said about the connection. */
const unkept = new Set(['set-cookie', 'set-cookie2', 'connection', 'keep-alive', 'transfer-encoding']);

/** Where it is said that headers were left out, and how many. */
const droppedName = 'signalbox-headers-dropped';

/**
 * What is kept of an answer's headers: names in lower case, without cookies; what is
 * too long, or past 64 headers or 8 KiB in all, is left out and counted in `signalbox-headers-dropped`.
 */
export function keepHeaders(headers: Headers): Record<string, string> {
  const kept: [string, string][] = [];
  let bytes = 0;
  let dropped = 0;
  for (const [name, value] of headers) {
    if (unkept.has(name) || name === droppedName) continue;
    const size = name.length + value.length;
    if (
      value.length > limit.keptHeaderBytesMax ||
      kept.length >= limit.keptHeadersMax ||
      bytes + size > limit.keptHeadersBytesMax
    ) {
      dropped += 1;
      continue;
    }
    bytes += size;
    kept.push([name, value]);
  }
  if (dropped > 0) kept.push([droppedName, String(dropped)]);
  // Not by assignment: a header named __proto__ would set the prototype.
  return Object.fromEntries(kept);
}

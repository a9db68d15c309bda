// Problem: failures on the wire (RFC 9457). The one place that knows which status a failure is.
import type { Failure } from '../core/failure.ts';
import { formatRateLimit, formatRateLimitPolicy } from '../core/rate-limit.ts';
import type { RateLimitState } from '../core/acceptance.ts';
import type { Answer } from './exchange.ts';

/** Stands before the failure's kind in `type`: an identifier that never changes, and the address of its description. */
export const problemTypeBase = 'https://signalbox.dev/problems/';

/** What a failure says on the wire, without what belongs to the single request. */
interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Members beside those of the RFC (section 3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * The answer to a failed request. Its `requestId` is that of `X-Request-Id`; but for it and the instance, nothing differs between
 * two requests that failed alike.
 * @param instance the request's path, without its query and without secrets
 */
export function problemAnswer(failure: Failure, instance: string, requestId: string): Answer {
  const { status, title, detail, headers, extensions } = toProblem(failure);
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: JSON.stringify({
      type: `${problemTypeBase}${failure.kind}`,
      title,
      status,
      detail,
      instance,
      requestId,
      ...extensions,
    }),
  };
}

function toProblem(failure: Failure): Problem {
  switch (failure.kind) {
    case 'not-found':
      return { status: 404, title: 'Not found', detail: `There is no such ${failure.what}.` };
    case 'gone':
      return { status: 410, title: 'Gone', detail: `This ${failure.what} is no longer there.` };
    case 'method-not-allowed':
      return {
        status: 405,
        title: 'Method not allowed',
        detail: `This resource takes ${failure.allow.join(', ')}.`,
        headers: { Allow: failure.allow.join(', ') },
      };
    case 'not-genuine':
      // One text for every forgery: a telling one would help the forger to mend it.
      return {
        status: 401,
        title: 'Not genuine',
        detail: 'The delivery could not be proved to come from the source.',
        headers: { 'WWW-Authenticate': 'Signature realm="signalbox"' },
      };
    case 'unauthorized':
      return unauthorized(failure.presented);
    case 'body-too-large':
      return {
        status: 413,
        title: 'Body too large',
        detail: `The body must be at most ${failure.bytesMax} bytes.`,
        extensions: { bytesMax: failure.bytesMax },
      };
    case 'body-unreadable':
      return { status: 400, title: 'Body unreadable', detail: failure.detail };
    case 'body-too-slow':
      return {
        status: 408,
        title: 'Body too slow',
        detail: `The body must arrive within ${failure.timeoutMs / 1000} s.`,
        // RFC 9110 section 15.5.9: what is still on its way is nobody's next request.
        headers: { Connection: 'close' },
      };
    case 'media-type':
      return {
        status: 415,
        title: 'Unsupported media type',
        detail: `The body must be ${failure.accepted.join(' or ')}, in UTF-8.`,
        // RFC 9110 section 15.5.16: what would have been taken.
        headers: { Accept: failure.accepted.join(', ') },
      };
    case 'content-coding':
      return {
        status: 415,
        title: 'Unsupported content coding',
        detail: 'The body must come as it is, without a content or transfer coding.',
        headers: { 'Accept-Encoding': 'identity' },
      };
    case 'input-invalid':
      return {
        status: 422,
        title: 'Input invalid',
        detail: "The input does not fit the workflow's schema.",
        extensions: { issues: failure.issues },
      };
    case 'parameter-invalid':
      return {
        status: 400,
        title: 'Parameter invalid',
        detail: failure.detail,
        extensions: { parameter: failure.parameter },
      };
    case 'idempotency-key-malformed':
      return { status: 400, title: 'Idempotency key malformed', detail: failure.detail };
    case 'idempotency-key-reused':
      return {
        status: 422,
        title: 'Idempotency key reused',
        detail: 'The same Idempotency-Key came before with another body.',
        extensions: { execution: failure.id },
      };
    case 'rate-limited':
      return {
        status: 429,
        title: 'Rate limit reached',
        detail: `Try again in ${failure.retryAfterSeconds} s.`,
        headers: { 'Retry-After': String(failure.retryAfterSeconds), ...rateHeaders(failure.limits) },
      };
    case 'conflict':
      return { status: 409, title: 'Conflict', detail: failure.detail };
    case 'precondition-failed':
      return {
        status: 412,
        title: 'Precondition failed',
        detail: 'The resource is no longer as If-Match has it: read it again.',
      };
    case 'unavailable':
      return {
        status: 503,
        title: 'Unavailable',
        detail: `The service can't take the request now: try again in ${failure.retryAfterSeconds} s.`,
        headers: { 'Retry-After': String(failure.retryAfterSeconds) },
      };
    case 'internal':
      return {
        status: 500,
        title: 'Internal error',
        detail: 'Something went wrong here, not with the request. The log has it under the request id.',
      };
    default:
      return failure satisfies never;
  }
}

/** RFC 6750 section 3: without a credential the challenge has no error code. */
function unauthorized(presented: boolean): Problem {
  return {
    status: 401,
    title: 'Unauthorized',
    detail: presented ? 'The bearer token is not valid here.' : 'This resource wants a bearer token.',
    headers: { 'WWW-Authenticate': `Bearer realm="signalbox"${presented ? ', error="invalid_token"' : ''}` },
  };
}

/**
 * `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10); none where nothing is limited. A name stands
 * once: where several objects counted a limit of one name, the tightest is shown.
 */
export function rateHeaders(states: readonly RateLimitState[]): Readonly<Record<string, string>> {
  if (states.length === 0) return {};
  const tightest = new Map<string, RateLimitState>();
  for (const state of states) {
    const known = tightest.get(state.name);
    if (known === undefined || state.remaining < known.remaining) tightest.set(state.name, state);
  }
  const shown = [...tightest.values()];
  return { RateLimit: formatRateLimit(shown), 'RateLimit-Policy': formatRateLimitPolicy(shown) };
}

// Answer: whether what a peer answered is a success, and what is kept of it.
import { limit } from '../../core/limit.ts';
import { isRetryableStatus, parseRetryAfter } from '../../core/retry.ts';
import { decodeBody, isJson, parseJson, readBody } from './body.ts';
import { fail } from './failure.ts';
import { keepHeaders } from './header.ts';
import { isRedirect } from './redirect.ts';
import { redactForms, redactValue } from './redact.ts';
import type { HttpRequest, HttpResponse, SendFailure, SendOutcome } from './request.ts';

/** An answer as it came, its body read up to a bound. */
export interface Answer {
  readonly method: string;
  readonly host: string;
  readonly status: number;
  readonly headers: Headers;
  readonly expected: boolean;
  /** Undefined where it was longer than its bound. */
  readonly bytes: Uint8Array | undefined;
}

/** Reads the answer; of a failure's body no more than its beginning. */
export async function readAnswer(
  request: HttpRequest,
  method: string,
  response: Response,
  host: string,
  signal: AbortSignal,
): Promise<Answer> {
  const { status, headers } = response;
  const expected = isExpected(status, request.expect ?? ['2xx']);
  const bytesMax = expected
    ? (request.responseBytesMax ?? limit.responseBytesMax)
    : limit.failureBodyBytesMax;
  const read = await readBody(response, bytesMax, signal);
  return { method, host, status, headers, expected, bytes: read.ok ? read.value : undefined };
}

function isExpected(status: number, expect: readonly (number | '2xx')[]): boolean {
  return expect.some((wanted) => (wanted === '2xx' ? status >= 200 && status <= 299 : wanted === status));
}

/**
 * Judges an answer.
 *
 * A body that is not what it should be (`response-invalid`) comes with a status that says the request was done, so trying again must be
 * harmless to be worth it: only for GET, HEAD, PUT and DELETE (RFC 9110 section 9.2.2), and only where it is not JSON, which may be
 * a gateway's page in place of the peer's answer. JSON of another shape is the peer's contract, which a retry does not change.
 * @param forms what is redacted from all that is kept
 * @param now ms since the epoch
 */
export async function judgeAnswer(
  request: HttpRequest,
  answer: Answer,
  forms: readonly string[],
  now: number,
): Promise<SendOutcome> {
  const { status, headers, host, bytes } = answer;
  if (!answer.expected) return judgeFailure(answer, forms, now);
  if (bytes === undefined) {
    const max = request.responseBytesMax ?? limit.responseBytesMax;
    // Another attempt would read as much, and the request is done.
    return fail('response-too-large', `${host} answered ${status} with more than ${max} bytes`, {
      retryable: false,
      httpStatus: status,
    });
  }
  const contentType = headers.get('content-type');
  const invalid = (why: string, retryable: boolean): SendFailure =>
    fail('response-invalid', `${host} answered ${status} but ${why}`, { retryable, httpStatus: status });
  const again = answer.method !== 'POST' && answer.method !== 'PATCH';
  const body = parseBody(bytes, contentType, forms);
  if ('error' in body) return invalid(body.error, again);
  const kept = redactHeaders(keepHeaders(headers), forms);
  if (request.response === undefined)
    return { ok: true, value: { status, headers: kept, body: body.value } satisfies HttpResponse };
  const fitted = await request.response.safeParseAsync(body.value);
  if (fitted.success) return { ok: true, value: { status, headers: kept, body: fitted.data } };
  const issues = fitted.error.issues.slice(0, limit.schemaIssuesShownMax);
  const where = issues.map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`);
  return invalid(`its body does not fit: ${where.join('; ')}`, again && !isJson(contentType));
}

function parseBody(
  bytes: Uint8Array,
  contentType: string | null,
  forms: readonly string[],
): { readonly value: unknown } | { readonly error: string } {
  if (bytes.byteLength === 0) return { value: null };
  const text = decodeBody(bytes, contentType);
  if (!text.ok) return { error: text.error };
  if (!isJson(contentType)) return { value: redactForms(text.value, forms) };
  const parsed = parseJson(text.value);
  if (!parsed.ok) return { error: parsed.error };
  // Walking a value costs more than looking through its text. An escape can hide a secret from that look.
  const mayHold = text.value.includes('\\') || forms.some((form) => text.value.includes(form));
  return { value: mayHold ? redactValue(parsed.value, forms) : parsed.value };
}

function redactHeaders(headers: Record<string, string>, forms: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, redactForms(value, forms)]),
  );
}

function judgeFailure(answer: Answer, forms: readonly string[], now: number): SendFailure {
  const { status, headers, host } = answer;
  if (isRedirect(answer)) {
    const location = URL.parse(headers.get('location') ?? '', `https://${host}`);
    const to = location === null ? '' : ` to ${location.host}`;
    return fail('redirect', `${host} answered ${status} and redirects${to}, which is not followed`, {
      retryable: false,
      httpStatus: status,
    });
  }
  const retryAfter = headers.get('retry-after');
  const retryable = isRetryableStatus(status);
  return fail('http-status', `${host} answered ${status}${quote(answer, forms)}`, {
    retryable,
    httpStatus: status,
    ...(retryable && retryAfter !== null ? { retryAfterMs: parseRetryAfter(retryAfter, now) } : {}),
  });
}

/** The beginning of a failure's body, where it is a sentence rather than a page, without what could confuse a terminal or a log. */
function quote({ bytes, headers }: Answer, forms: readonly string[]): string {
  const contentType = headers.get('content-type');
  if (bytes === undefined || bytes.byteLength === 0) return '';
  if (!isJson(contentType) && !/^text\/plain\b/i.test(contentType ?? '')) return '';
  const text = decodeBody(bytes, contentType);
  if (!text.ok) return '';
  // Redacted before it is cut, or half a secret could stay; control and formatting characters would act in a terminal.
  const line = redactForms(text.value, forms)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  if (line === '') return '';
  const { failureQuoteLengthMax: max } = limit;
  return `: ${line.length > max ? `${line.slice(0, max)}…` : line}`;
}

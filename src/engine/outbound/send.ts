// Send: one exchange with a peer: secrets put in, the host judged, the answer bounded, and how it failed said as data.
import { parseDuration } from '../../core/duration.ts';
import { limit } from '../../core/limit.ts';
import { isRetryableStatus, parseRetryAfter } from '../../core/retry.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { StepError } from '../../core/step.ts';
import { judgeUrl } from './guard.ts';
import { bearerToken, forgetToken } from './oauth.ts';
import type { HttpRequest, HttpResponse, OutboundPorts, SecretValue } from './request.ts';
import { parseBody, readBody, readHeaders } from './response.ts';

export interface SendContext {
  readonly idempotencyKey?: string;
  readonly traceparent?: string;
  /** Names of the secrets that the workflow declares. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
}

export type SendOutcome =
  | { readonly ok: true; readonly value: HttpResponse }
  | { readonly ok: false; readonly error: StepError; readonly retryAfterMs?: number };

type Failure = Extract<SendOutcome, { ok: false }>;

/** Redirects that are followed, at most: as many as RFC 9110 section 15.4 once recommended. */
const hopsMax = 5;

/** Headers that the runtime or this service sets, and those of one connection (RFC 9110 section 7.6.1). */
const reservedHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'traceparent',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/** Headers that are not sent to another origin on a redirect (WHATWG Fetch, "HTTP-redirect fetch", and API keys beside). */
function isCredential(name: string, value: string | SecretValue): boolean {
  return (
    typeof value !== 'string' ||
    name === 'authorization' ||
    name === 'cookie' ||
    /(?:key|token|secret|signature)/.test(name)
  );
}

/** Sends a request and reads its answer. Never throws for what a peer or the network does. */
export async function send(
  request: HttpRequest,
  context: SendContext,
  ports: OutboundPorts,
): Promise<SendOutcome> {
  const prepared = prepare(request, context, ports);
  if (!prepared.ok)
    return failed({ code: prepared.error.code, message: prepared.error.message, retryable: false });
  const { url, timeoutMs } = prepared.value;
  const admitted = (await ports.upstream?.admit(url.host, ports.now())) ?? { admitted: true };
  if (!admitted.admitted) {
    const { retryAfterMs } = admitted;
    return failed(
      {
        code: 'circuit-open',
        message: `${url.host} is left alone for ${Math.ceil(retryAfterMs / 1000)} s, as it did not answer or asked for it`,
        retryable: true,
      },
      retryAfterMs,
    );
  }
  const release = await ports.slot(context.signal);
  const settled = new AbortController();
  const timedOut = new AbortController();
  const signal = AbortSignal.any([context.signal, timedOut.signal]);
  void ports.after(timeoutMs, AbortSignal.any([context.signal, settled.signal])).then(() => {
    if (!settled.signal.aborted) timedOut.abort(new Error('timeout'));
  });
  try {
    const outcome = await exchange(request, prepared.value, context, signal, ports);
    await report(outcome, url.host, ports);
    return outcome;
  } catch (thrown) {
    const outcome = timedOut.signal.aborted
      ? failed({ code: 'timeout', message: `${url.host} did not answer in ${timeoutMs} ms`, retryable: true })
      : failed({
          code: 'network',
          message: `${url.host} could not be reached: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
          retryable: true,
        });
    if (!context.signal.aborted) await report(outcome, url.host, ports);
    return outcome;
  } finally {
    settled.abort();
    release();
  }
}

interface Prepared {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  /** Names of the headers that stay with the first origin. */
  readonly credentials: readonly string[];
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

function prepare(
  request: HttpRequest,
  context: SendContext,
  ports: OutboundPorts,
): Result<Prepared, Pick<StepError, 'code' | 'message'>> {
  const url = judgeUrl(request.url, ports.allowedPrivateHosts);
  if (!url.ok) return err({ code: 'blocked-url', message: url.error });
  const timeout = request.timeout === undefined ? ok(limit.requestTimeoutMs) : parseDuration(request.timeout);
  if (!timeout.ok) return err({ code: 'misuse', message: timeout.error });
  const headers = new Headers({ 'user-agent': 'Signalbox', accept: 'application/json, */*;q=0.5' });
  const credentials: string[] = [];
  for (const [given, value] of Object.entries(request.headers ?? {})) {
    const name = given.toLowerCase();
    if (reservedHeaders.has(name))
      return err({
        code: 'misuse',
        message: `Cannot send header '${given}' as it is the service's own to set`,
      });
    const text = typeof value === 'string' ? ok(value) : readSecret(value, context.secrets, ports);
    if (!text.ok) return text;
    try {
      headers.set(name, text.value);
    } catch {
      return err({
        code: 'misuse',
        message: `Cannot send header '${given}' as its name and value must be those of a header (RFC 9110 section 5)`,
      });
    }
    if (isCredential(name, value)) credentials.push(name);
  }
  // A structured string, as draft-ietf-httpapi-idempotency-key-header has it.
  if (context.idempotencyKey !== undefined) headers.set('idempotency-key', `"${context.idempotencyKey}"`);
  if (context.traceparent !== undefined) headers.set('traceparent', context.traceparent);
  const { body } = request;
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  if (body !== undefined && !headers.has('content-type')) {
    headers.set('content-type', typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json');
  }
  const method = request.method ?? (body === undefined ? 'GET' : 'POST');
  const bytesMax = Math.min(request.responseBytesMax ?? limit.responseBytesMax, limit.responseBytesCeiling);
  return ok({ url: url.value, method, headers, credentials, body: text, timeoutMs: timeout.value, bytesMax });
}

/** The value of a secret with what stands around it. */
export function readSecret(
  { secret: name, prefix = '', suffix = '' }: SecretValue,
  declared: readonly string[],
  ports: Pick<OutboundPorts, 'secret'>,
): Result<string, Pick<StepError, 'code' | 'message'>> {
  if (!declared.includes(name)) {
    return err({
      code: 'secret-missing',
      message: `Cannot use secret '${name}' as the workflow does not declare it: add it to the workflow's secrets`,
    });
  }
  const value = ports.secret(name);
  if (value === undefined)
    return err({
      code: 'secret-missing',
      message: `Cannot use secret '${name}' as it is not set: npx wrangler secret put ${name}`,
    });
  return ok(`${prefix}${value}${suffix}`);
}

async function exchange(
  request: HttpRequest,
  prepared: Prepared,
  context: SendContext,
  signal: AbortSignal,
  ports: OutboundPorts,
): Promise<SendOutcome> {
  const { auth } = request;
  if (auth === undefined) return hops(request, prepared, signal, ports);
  for (let tries = 1; ; tries += 1) {
    const token = await bearerToken(auth, context.secrets, signal, ports);
    if (!token.ok) return token.error;
    const headers = new Headers(prepared.headers);
    headers.set('authorization', `Bearer ${token.value}`);
    const credentials = [...prepared.credentials, 'authorization'];
    const outcome = await hops(request, { ...prepared, headers, credentials }, signal, ports);
    // A token may be revoked before it expires: a fresh one is tried, once.
    if (outcome.ok || outcome.error.httpStatus !== 401 || tries > 1) return outcome;
    forgetToken(auth, ports);
  }
}

async function hops(
  request: HttpRequest,
  prepared: Prepared,
  signal: AbortSignal,
  ports: OutboundPorts,
): Promise<SendOutcome> {
  let { url, method, body } = prepared;
  const headers = new Headers(prepared.headers);
  for (let hop = 0; ; hop += 1) {
    const init: RequestInit = { method, headers, redirect: 'manual', signal };
    const response = await ports.fetch(new Request(url.href, body === undefined ? init : { ...init, body }));
    const location = response.headers.get('location');
    const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
    if (!isRedirect || request.redirect !== 'follow')
      return await read(request, prepared, response, url, ports);
    await response.body?.cancel();
    if (hop === hopsMax)
      return failed({
        code: 'redirect',
        message: `${prepared.url.host} redirected more than ${hopsMax} times`,
        retryable: false,
      });
    const next = URL.canParse(location, url.href)
      ? judgeUrl(new URL(location, url.href).href, ports.allowedPrivateHosts)
      : err('the redirect leads to no URL');
    if (!next.ok)
      return failed({
        code: 'blocked-url',
        message: `${url.host} redirected, and: ${next.error}`,
        retryable: false,
      });
    if (next.value.origin !== url.origin) for (const name of prepared.credentials) headers.delete(name);
    const becomesGet = response.status === 303 || (method === 'POST' && response.status < 303);
    if (becomesGet && method !== 'HEAD') {
      method = 'GET';
      body = undefined;
      headers.delete('content-type');
    }
    url = next.value;
  }
}

async function read(
  request: HttpRequest,
  { bytesMax }: Prepared,
  response: Response,
  url: URL,
  ports: OutboundPorts,
): Promise<SendOutcome> {
  const { status } = response;
  const expected = (request.expect ?? ['2xx']).some((one) =>
    one === '2xx' ? status >= 200 && status < 300 : one === status,
  );
  if (!expected) {
    await response.body?.cancel();
    const header = response.headers.get('retry-after');
    const retryAfterMs = header === null ? undefined : parseRetryAfter(header, ports.now());
    const code = status >= 300 && status < 400 ? 'redirect' : 'http-status';
    return failed(
      {
        code,
        message: `${url.host} answered ${status}`,
        httpStatus: status,
        retryable: isRetryableStatus(status),
      },
      retryAfterMs,
    );
  }
  const bytes = await readBody(response, bytesMax);
  if (!bytes.ok)
    return failed({
      code: 'response-too-large',
      message: `${url.host}: ${bytes.error}`,
      httpStatus: status,
      retryable: false,
    });
  const parsed = parseBody(bytes.value, response.headers.get('content-type'));
  // A proxy's error page under a good status passes; what is wrong for good fails the last attempt as it fails the first.
  if (!parsed.ok)
    return failed({
      code: 'response-invalid',
      message: `${url.host}: ${parsed.error}`,
      httpStatus: status,
      retryable: true,
    });
  const headers = readHeaders(response.headers);
  if (request.response === undefined) return { ok: true, value: { status, headers, body: parsed.value } };
  const fits = await request.response.safeParseAsync(parsed.value);
  if (fits.success) return { ok: true, value: { status, headers, body: fits.data } };
  const where = fits.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`).join('; ');
  return failed({
    code: 'response-invalid',
    message: `${url.host} answered what does not fit the schema: ${where}`,
    httpStatus: status,
    retryable: false,
  });
}

async function report(outcome: SendOutcome, host: string, { upstream, now }: OutboundPorts): Promise<void> {
  if (upstream === undefined) return;
  const status = outcome.ok ? outcome.value.status : outcome.error.httpStatus;
  const retryAfterMs = outcome.ok ? undefined : outcome.retryAfterMs;
  await upstream.report(
    host,
    { ...(status === undefined ? {} : { status }), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    now(),
  );
}

/** A failure as data. */
export function failed(error: Omit<StepError, 'name'>, retryAfterMs?: number): Failure {
  const shown = { name: 'HttpError', ...error };
  return retryAfterMs === undefined ? { ok: false, error: shown } : { ok: false, error: shown, retryAfterMs };
}

// Send: one attempt at a request: made ready, sent, and its answer judged. Whatever goes wrong is a value, free of secrets.
import { parseDuration } from '../../core/duration.ts';
import { limit } from '../../core/limit.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type Answer, judgeAnswer, readAnswer } from './answer.ts';
import { exchange, type WireRequest } from './exchange.ts';
import { refuse } from './failure.ts';
import { judgeUrl } from './guard.ts';
import { writeHeaders } from './header.ts';
import { accessToken, forgetToken } from './oauth.ts';
import { credentialOf } from './partition.ts';
import { redactForms, secretForms } from './redact.ts';
import type { HttpRequest, OutboundPorts, SendContext, SendFailure, SendOutcome } from './request.ts';

/**
 * Makes one attempt at a request. An answer with an expected status, and a body that fits, is a success; 408, 425, 429 and 5xx can
 * be retried, other statuses can't. The values of the workflow's secrets are in no error, header or body that comes back.
 * Rejects for bugs only: a port that breaks its word, a response schema that throws.
 */
export async function send(
  request: HttpRequest,
  context: SendContext,
  ports: OutboundPorts,
): Promise<SendOutcome> {
  const secrets = context.secrets.map((name) => ports.secret(name) ?? '');
  const prepared = prepare(request, context, ports);
  if (!prepared.ok) return clean(prepared.error, secretForms(secrets));
  const { auth } = request;
  if (auth === undefined) return attempt(request, prepared.value, context.signal, secrets, ports);
  for (let tries = 1; ; tries += 1) {
    const token = await accessToken(auth, context, ports);
    if (!token.ok) return clean(token.error, secretForms(secrets));
    const wire = withToken(prepared.value, token.value);
    const outcome = await attempt(request, wire, context.signal, [...secrets, token.value], ports);
    // A token can be revoked before it expires: a fresh one is tried, once.
    if (outcome.ok || outcome.error.httpStatus !== 401 || tries > 1) return outcome;
    forgetToken(auth, token.value, ports);
  }
}

function withToken(wire: WireRequest, token: string): WireRequest {
  const { common, trusted } = wire.headers;
  return { ...wire, headers: { common, trusted: { ...trusted, authorization: `Bearer ${token}` } } };
}

async function attempt(
  request: HttpRequest,
  wire: WireRequest,
  signal: AbortSignal,
  secrets: readonly string[],
  ports: OutboundPorts,
): Promise<SendOutcome> {
  const forms = secretForms(secrets);
  const read = (response: Response, host: string, within: AbortSignal): Promise<Answer> =>
    readAnswer(request, wire.method, response, host, within);
  const answered = await exchange(wire, signal, ports, read);
  const outcome = answered.ok ? await judgeAnswer(request, answered.value, forms, ports.now()) : answered;
  return outcome.ok ? outcome : clean(outcome, forms);
}

/** Checks every part of a request before anything is sent. */
function prepare(
  request: HttpRequest,
  context: SendContext,
  ports: OutboundPorts,
): Result<WireRequest, SendFailure> {
  const url = judgeUrl(request.url, { allowed: ports.allowedPrivateHosts, own: ports.ownHosts });
  if (!url.ok) return err(refuse('blocked-url', url.error));
  const timeout = parseDuration(request.timeout ?? limit.requestTimeoutMs);
  if (!timeout.ok) return invalid(timeout.error);
  if (timeout.value < 1 || timeout.value > limit.attemptTimeoutMaxMs) {
    return invalid(
      `Cannot wait for an answer as the timeout must be 1 to ${limit.attemptTimeoutMaxMs} ms: current value is ${timeout.value}`,
    );
  }
  const { responseBytesMax = limit.responseBytesMax } = request;
  if (!(responseBytesMax >= 0 && responseBytesMax <= limit.responseBytesCeiling)) {
    return invalid(
      `Cannot read an answer as responseBytesMax must be 0 to ${limit.responseBytesCeiling}: current value is ${responseBytesMax}`,
    );
  }
  const method = request.method ?? (request.body === undefined ? 'GET' : 'POST');
  const body = writeBody(request.body, method);
  if (!body.ok) return body;
  const headers = writeHeaders(request, context, ports);
  if (!headers.ok) return headers;
  return ok({
    method,
    url: url.value,
    headers: headers.value,
    body: body.value,
    credential: credentialOf(request),
    redirect: request.redirect ?? 'error',
    timeoutMs: timeout.value,
  });
}

function writeBody(body: unknown, method: string): Result<string | undefined, SendFailure> {
  if (body === undefined) return ok(body);
  if (method === 'GET' || method === 'HEAD') return invalid(`Cannot send a body with ${method}: it has none`);
  const text = typeof body === 'string' ? body : toJson(body);
  if (text === undefined)
    return invalid(
      `Cannot send the body as it must be a JSON value or a string: it is of type ${typeof body}`,
    );
  if (text.length <= limit.requestBodyLengthMax) return ok(text);
  return invalid(
    `Cannot send the body as it must have at most ${limit.requestBodyLengthMax} characters: it has ${text.length}`,
  );
}

function toJson(body: unknown): string | undefined {
  try {
    // Undefined for a function or a symbol.
    return JSON.stringify(body);
  } catch {
    // A cycle or a bigint; the message would quote the value.
    return undefined;
  }
}

function invalid(message: string): Result<never, SendFailure> {
  return err(refuse('request-invalid', message));
}

function clean(failure: SendFailure, forms: readonly string[]): SendFailure {
  return {
    ...failure,
    error: {
      ...failure.error,
      message: redactForms(failure.error.message, forms).slice(0, limit.errorMessageLengthMax),
    },
  };
}

// OAuth: access tokens by client credentials (RFC 6749 section 4.4), kept in memory only, and fetched once however many requests
// want one at the same time.
import * as z from 'zod';
import { limit } from '../../core/limit.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { isRetryableStatus, parseRetryAfter } from '../../core/retry.ts';
import { decodeBody, parseJson, readBody } from './body.ts';
import { exchange, type WireRequest } from './exchange.ts';
import { fail, refuse } from './failure.ts';
import { judgeUrl } from './guard.ts';
import { readSecret } from './header.ts';
import { clientOf } from './partition.ts';
import { race } from './race.ts';
import { encodeBase64, redactForms, secretForms } from './redact.ts';
import type { OAuthClientCredentials, OutboundPorts, SendContext, SendFailure } from './request.ts';

/** RFC 6749 section 5.1. What `expires_in` is, servers do not agree on; a token with a bad one is still good. */
const answerSchema = z.object({
  access_token: z
    .string()
    .max(limit.tokenLengthMax)
    .regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.unknown().optional(),
});

interface Token {
  readonly text: string;
  /** ms since the epoch. */
  readonly goodUntil: number;
}

interface Kept {
  readonly flight: Promise<Result<Token, SendFailure>>;
  /** Undefined while it is being fetched. */
  token: Token | undefined;
}

/**
 * By the object's ports, so that tokens live as long as the object's memory. One object is one I/O context, in which requests may
 * share a promise; in a stateless Worker they may not.
 */
const caches = new WeakMap<OutboundPorts, Map<string, Kept>>();

/**
 * An access token: the one that is kept, the one that is on its way, or a new one.
 * The workflow must declare the client's secret, also where the token is kept because another workflow fetched it.
 */
export async function accessToken(
  auth: OAuthClientCredentials,
  context: SendContext,
  ports: OutboundPorts,
): Promise<Result<string, SendFailure>> {
  const client = readClient(auth, context, ports);
  if (!client.ok) return client;
  const url = judgeUrl(auth.tokenUrl, { allowed: ports.allowedPrivateHosts, own: ports.ownHosts });
  if (!url.ok) return err(refuse('blocked-url', url.error));
  const cache = caches.get(ports) ?? new Map<string, Kept>();
  caches.set(ports, cache);
  const key = keyOf(auth);
  let kept = cache.get(key);
  if (kept === undefined || (kept.token !== undefined && kept.token.goodUntil <= ports.now())) {
    kept = { flight: fetchToken(auth, url.value, client.value, ports), token: undefined };
    cache.delete(key);
    cache.set(key, kept);
    const [oldest] = cache.keys();
    if (cache.size > limit.tokensMax && oldest !== undefined) cache.delete(oldest);
  }
  let fetched;
  try {
    // The flight is everyone's: whoever gives up stops waiting for it, and does not stop it.
    fetched = await race(kept.flight, context.signal);
  } catch (thrown) {
    if (context.signal.aborted) return err(fail('aborted', 'The request was given up', { retryable: true }));
    if (cache.get(key) === kept) cache.delete(key);
    throw thrown;
  }
  if (!fetched.ok) {
    if (cache.get(key) === kept) cache.delete(key);
    return fetched;
  }
  kept.token = fetched.value;
  return ok(fetched.value.text);
}

/** Forgets a token that a peer refused, unless another has been fetched since. */
export function forgetToken(auth: OAuthClientCredentials, token: string, ports: OutboundPorts): void {
  const cache = caches.get(ports);
  if (cache?.get(keyOf(auth))?.token?.text === token) cache.delete(keyOf(auth));
}

function keyOf({ tokenUrl, clientId, clientSecret, scope, audience, style }: OAuthClientCredentials): string {
  return JSON.stringify([tokenUrl, clientId, clientSecret, scope ?? null, audience ?? null, style ?? null]);
}

interface Client {
  readonly id: string;
  readonly secret: string;
}

function readClient(
  auth: OAuthClientCredentials,
  context: SendContext,
  ports: OutboundPorts,
): Result<Client, SendFailure> {
  const id =
    typeof auth.clientId === 'string' ? ok(auth.clientId) : readSecret(auth.clientId, context, ports);
  if (!id.ok) return id;
  const secret = readSecret(auth.clientSecret, context, ports);
  return secret.ok ? ok({ id: id.value, secret: secret.value }) : secret;
}

async function fetchToken(
  auth: OAuthClientCredentials,
  url: URL,
  client: Client,
  ports: OutboundPorts,
): Promise<Result<Token, SendFailure>> {
  const askedAt = ports.now();
  const basic = encodeBase64(`${formEncode(client.id)}:${formEncode(client.secret)}`);
  const forms = secretForms([client.secret, basic]);
  const answered = await exchange(
    tokenRequest(auth, url, client, basic),
    new AbortController().signal,
    ports,
    async (response, _host, signal) => ({
      status: response.status,
      headers: response.headers,
      bytes: await readBody(response, limit.tokenAnswerBytesMax, signal),
    }),
  );
  if (!answered.ok) return err(answered);
  const { status, headers, bytes } = answered.value;
  const text = bytes.ok ? decodeBody(bytes.value, 'application/json') : bytes;
  const parsed = text.ok ? parseJson(text.value) : text;
  if (status !== 200) {
    const why = redactForms(errorCodeOf(parsed.ok ? parsed.value : undefined), forms);
    const retryAfter = headers.get('retry-after');
    return err(
      fail('oauth', `The token endpoint of ${url.host} answered ${status}${why}`, {
        retryable: isRetryableStatus(status),
        httpStatus: status,
        ...(retryAfter === null ? {} : { retryAfterMs: parseRetryAfter(retryAfter, askedAt) }),
      }),
    );
  }
  const answer = answerSchema.safeParse(parsed.ok ? parsed.value : undefined);
  if (!answer.success) {
    // Not what it answered: a token may be in it.
    return err(fail('oauth', `The token endpoint of ${url.host} gave no bearer token`, { retryable: false }));
  }
  const { access_token, expires_in } = answer.data;
  return ok({ text: access_token, goodUntil: askedAt + usableMs(expires_in) });
}

function tokenRequest(auth: OAuthClientCredentials, url: URL, client: Client, basic: string): WireRequest {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (auth.scope !== undefined) form.set('scope', auth.scope);
  if (auth.audience !== undefined) form.set('audience', auth.audience);
  const inBody = auth.style === 'post';
  if (inBody) {
    form.set('client_id', client.id);
    form.set('client_secret', client.secret);
  }
  return {
    method: 'POST',
    url,
    headers: {
      common: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'Signalbox',
      },
      trusted: inBody ? {} : { authorization: `Basic ${basic}` },
    },
    body: form.toString(),
    credential: clientOf(auth),
    redirect: 'error',
    timeoutMs: limit.requestTimeoutMs,
  };
}

/** RFC 6749 section 2.3.1: id and secret are encoded as in a form before they are joined by a colon. */
function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice('v='.length);
}

/** RFC 6749 section 5.2: `invalid_client` and the like; the rest of an error may quote what was sent. */
function errorCodeOf(answer: unknown): string {
  const error = z
    .object({
      error: z
        .string()
        .max(limit.tokenErrorLengthMax)
        .regex(/^[\x20-\x7e]+$/),
    })
    .safeParse(answer);
  return error.success ? `: ${error.data.error}` : '';
}

/** For how long a token is used, ms from when it was asked for; `expiresIn` in seconds, as a number or, from some servers, as text. */
function usableMs(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : expiresIn;
  const lifeMs =
    typeof seconds === 'number' && !Number.isNaN(seconds)
      ? Math.min(Math.max(seconds * 1_000, limit.tokenLifeMinMs), limit.tokenLifeMaxMs)
      : limit.tokenLifeDefaultMs;
  return lifeMs - Math.min(limit.tokenSkewMaxMs, lifeMs / 10);
}

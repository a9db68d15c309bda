// OAuth: access tokens by client credentials (RFC 6749 section 4.4), kept in memory until they expire and fetched once however
// many requests want one.
import { z } from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
import { judgeUrl } from './guard.ts';
import type { OAuthClientCredentials, OutboundPorts } from './request.ts';
import { readBody } from './response.ts';
import { failed, readSecret, type SendOutcome } from './send.ts';

/** Before its end a token counts as expired: clocks differ, and a request takes time. */
const skewMs = 30_000;
/** Time for which a token is kept whose answer names none, or a longer one. */
const lifeMaxMs = 3_600_000;
const answerBytesMax = 64 * 1024;

const answerSchema = z.object({
  access_token: z
    .string()
    .min(1)
    .max(16_384)
    .regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive().optional(),
});

type Fault = Extract<SendOutcome, { ok: false }>;

interface Kept {
  readonly token: Promise<Result<{ readonly text: string; readonly expiresAt: number }, Fault>>;
  expiresAt: number;
}

/** By the object's ports, so that tokens live as long as the object's memory and are never another's. */
const tokens = new WeakMap<OutboundPorts, Map<string, Kept>>();

/** A token that is good for some time yet; the error is what the step fails with. */
export async function bearerToken(
  auth: OAuthClientCredentials,
  secrets: readonly string[],
  signal: AbortSignal,
  ports: OutboundPorts,
): Promise<Result<string, Fault>> {
  const kept = tokens.get(ports) ?? new Map<string, Kept>();
  tokens.set(ports, kept);
  const key = keyOf(auth);
  let found = kept.get(key);
  if (found === undefined || found.expiresAt <= ports.now()) {
    found = { token: fetchToken(auth, secrets, signal, ports), expiresAt: Infinity };
    kept.set(key, found);
  }
  const token = await found.token.catch((thrown: unknown) =>
    err(
      failed({
        code: 'oauth',
        message: `the token endpoint could not be reached: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        retryable: true,
      }),
    ),
  );
  if (!token.ok) {
    if (kept.get(key) === found) kept.delete(key);
    return token;
  }
  found.expiresAt = token.value.expiresAt;
  return ok(token.value.text);
}

/** Forgets a token that was refused. */
export function forgetToken(auth: OAuthClientCredentials, ports: OutboundPorts): void {
  tokens.get(ports)?.delete(keyOf(auth));
}

function keyOf({ tokenUrl, clientId, clientSecret, scope, audience }: OAuthClientCredentials): string {
  return JSON.stringify([tokenUrl, clientId, clientSecret, scope, audience]);
}

async function fetchToken(
  auth: OAuthClientCredentials,
  secrets: readonly string[],
  signal: AbortSignal,
  ports: OutboundPorts,
): Promise<Result<{ text: string; expiresAt: number }, Fault>> {
  const url = judgeUrl(auth.tokenUrl, ports.allowedPrivateHosts);
  if (!url.ok) return err(failed({ code: 'blocked-url', message: url.error, retryable: false }));
  const id =
    typeof auth.clientId === 'string' ? ok(auth.clientId) : readSecret(auth.clientId, secrets, ports);
  const secret = readSecret(auth.clientSecret, secrets, ports);
  if (!id.ok) return err(failed({ ...id.error, retryable: false }));
  if (!secret.ok) return err(failed({ ...secret.error, retryable: false }));

  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (auth.scope !== undefined) form.set('scope', auth.scope);
  if (auth.audience !== undefined) form.set('audience', auth.audience);
  const headers = new Headers({
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  });
  if (auth.style === 'post') {
    form.set('client_id', id.value);
    form.set('client_secret', secret.value);
  } else {
    headers.set(
      'authorization',
      `Basic ${btoa(`${encodeURIComponent(id.value)}:${encodeURIComponent(secret.value)}`)}`,
    );
  }
  const request = new Request(url.value.href, {
    method: 'POST',
    headers,
    body: form.toString(),
    redirect: 'manual',
    signal,
  });
  const response = await ports.fetch(request);
  const bytes = await readBody(response, answerBytesMax);
  if (!response.ok || !bytes.ok) {
    const retryable = response.status >= 500 || response.status === 429;
    return err(
      failed({
        code: 'oauth',
        message: `the token endpoint at ${url.value.host} answered ${response.status}`,
        retryable,
      }),
    );
  }
  const answer = answerSchema.safeParse(parseJson(new TextDecoder().decode(bytes.value)));
  if (!answer.success)
    return err(
      failed({
        code: 'oauth',
        message: `the token endpoint at ${url.value.host} gave no bearer token`,
        retryable: false,
      }),
    );
  const { access_token: text, expires_in: seconds } = answer.data;
  const lifeMs = Math.min((seconds ?? Infinity) * 1000, lifeMaxMs);
  return ok({ text, expiresAt: ports.now() + Math.max(0, lifeMs - skewMs) });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

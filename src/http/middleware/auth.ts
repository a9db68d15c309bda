// Auth: who may call the management API. For now one bearer token opens all of it: the root key.
import type { Failure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Exchange, Handler } from '../exchange.ts';

/** `Bearer` and its token; the scheme's name is case-insensitive (RFC 9110 section 11.1). */
const bearerPattern = /^bearer +(.+)$/i;

/** A comma and another scheme with its credentials: the form in which a repeated header arrives. */
const secondPattern = /, *[a-z][a-z0-9-]* +[^ ,]/i;

/** Puts the check of the root key before a handler: nothing of the request but its headers is looked at before. */
export function authenticated(rootKey: string): (handler: Handler) => Handler {
  // The digest itself is kept, not its promise: a promise must not be awaited by another request than the one that made it.
  let expected: ArrayBuffer | undefined;
  const judge = async (token: string): Promise<boolean> => {
    expected ??= await sha256(rootKey);
    // Digests have one length, which timingSafeEqual demands, and their comparison tells nothing of the key's.
    return crypto.subtle.timingSafeEqual(await sha256(token), expected);
  };
  return (handler) => async (exchange) => {
    const token = readToken(exchange);
    if (!token.ok) return token;
    return (await judge(token.value)) ? handler(exchange) : err({ kind: 'unauthorized', presented: true });
  };
}

/**
 * The one bearer token of a request. Two credentials at once are an error of the request (RFC 6750 section 3.1), for else two
 * readers could each believe another of them.
 */
function readToken({ request }: Exchange): Result<string, Failure> {
  const header = request.headers.get('authorization');
  if (header === null) return err({ kind: 'unauthorized', presented: false });
  if (
    secondPattern.test(header) ||
    request.headers.has('x-api-key') ||
    /[?&]access_token=/.test(request.url)
  ) {
    return err({
      kind: 'parameter-invalid',
      parameter: 'Authorization',
      detail: 'Exactly one credential must be given, as a bearer token in the Authorization header.',
    });
  }
  const token = bearerPattern.exec(header)?.[1];
  // Another scheme is no bearer token: what is wanted is said, not what is wrong.
  return token === undefined ? err({ kind: 'unauthorized', presented: false }) : ok(token);
}

async function sha256(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', encoder.encode(text));
}

const encoder = new TextEncoder();

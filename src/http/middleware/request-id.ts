// Request id: the name under which a request is found again, in the answer, in a problem and in the log.
import { isRequestId } from '../../core/id.ts';

/** The request's own `X-Request-Id` where it is well-formed (1 to 128 of `A-Z a-z 0-9 . _ ~ + / = -`), else a new UUID. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id');
  return given !== null && isRequestId(given) ? given : crypto.randomUUID();
}

// Idempotency key: the `Idempotency-Key` of a request that a caller may repeat.
import type { Failure } from '../core/failure.ts';
import { parseIdempotencyKey } from '../core/idempotency.ts';
import { err, ok, type Result } from '../core/result.ts';

/** The key; undefined where the request has none. */
export function readIdempotencyKey(headers: Headers): Result<string | undefined, Failure> {
  const header = headers.get('idempotency-key');
  if (header === null) return ok(undefined);
  const key = parseIdempotencyKey(header);
  return key.ok ? key : err({ kind: 'idempotency-key-malformed', detail: key.error });
}

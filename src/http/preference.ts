// Preference: what a caller would like, by `Prefer` (RFC 7240). Of its preferences only `wait` is known here.
import type { Failure } from '../core/failure.ts';
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';

/**
 * The seconds of `Prefer: wait=N` (section 4.3); undefined where it is not asked for. Of several the first counts (section 2).
 * RFC 7240 lets a server ignore what it can't honour; here a wait beyond 0 to 30 is refused, for a caller that believes it is
 * held and is not would ask in a loop.
 */
export function readWait(prefer: string | null): Result<number | undefined, Failure> {
  if (prefer === null) return ok(undefined);
  for (const preference of prefer.split(',')) {
    const [token = ''] = preference.split(';');
    const [name = '', value] = token.split('=').map((part) => part.trim());
    if (name.toLowerCase() !== 'wait') continue;
    const digits = /^(?:"(\d{1,4})"|(\d{1,4}))$/.exec(value ?? '');
    const seconds = Number(digits?.[1] ?? digits?.[2] ?? Number.NaN);
    if (seconds <= limit.waitMaxSeconds) return ok(seconds);
    return err({
      kind: 'parameter-invalid',
      parameter: 'Prefer',
      detail: `Cannot wait as it must be a whole number of seconds from 0 to ${limit.waitMaxSeconds}.`,
    });
  }
  return ok(undefined);
}

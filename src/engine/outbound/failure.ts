// Failure: why a request did not succeed, as the error a step journals, in words that hold no secret.
import type { StepError } from '../../core/step.ts';
import type { SendFailure } from './request.ts';

const names = {
  'http-status': 'HttpStatusError',
  timeout: 'TimeoutError',
  network: 'NetworkError',
  'response-too-large': 'ResponseTooLargeError',
  'response-invalid': 'ResponseInvalidError',
  redirect: 'RedirectError',
  oauth: 'OAuthError',
  'circuit-open': 'CircuitOpenError',
  throttled: 'ThrottledError',
  aborted: 'AbortError',
  'blocked-url': 'BlockedUrlError',
  'request-invalid': 'RequestInvalidError',
  'secret-missing': 'SecretMissingError',
} as const;

export type FailureCode = keyof typeof names;

export interface FailureDetails {
  readonly retryable: boolean;
  readonly httpStatus?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** A failure; what is undefined in `details` is left out. */
export function fail(code: FailureCode, message: string, details: FailureDetails): SendFailure {
  const { retryable, httpStatus, retryAfterMs } = details;
  const error: StepError = {
    code,
    name: names[code],
    message,
    retryable,
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
  return retryAfterMs === undefined ? { ok: false, error } : { ok: false, error, retryAfterMs };
}

/** A failure that comes before anything is sent, and would come again. */
export function refuse(
  code: 'blocked-url' | 'request-invalid' | 'secret-missing' | 'redirect',
  message: string,
): SendFailure {
  return fail(code, message, { retryable: false });
}

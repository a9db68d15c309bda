// Result: an expected outcome as a value. What can be expected is returned; what is thrown is a bug or the platform.

/** A success that carries `value`, or a failure that carries `error`. Plain data: it crosses RPC unchanged. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** A success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A failure that was to be expected; `error` is tagged plain data, never an Error instance. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

// Failure: everything that can go wrong for a caller, as one tagged union. It knows nothing of status codes: src/http/problem.ts does.
import type { RateLimitState } from './acceptance.ts';

/** One thing that is wrong with an input: where (a JSON Pointer, RFC 6901) and what. */
export interface InputIssue {
  readonly pointer: string;
  readonly detail: string;
}

export type Failure =
  | {
      readonly kind: 'not-found';
      readonly what: 'route' | 'source' | 'workflow' | 'execution' | 'delivery' | 'secret';
    }
  /** It was there, and is no longer: a link that has expired. */
  | { readonly kind: 'gone'; readonly what: 'approval' }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  /** A delivery that is not genuine; the reason stays inside (one answer for every forgery). */
  | { readonly kind: 'not-genuine' }
  /** No credential, or a wrong one. */
  | { readonly kind: 'unauthorized'; readonly presented: boolean }
  | { readonly kind: 'body-too-large'; readonly bytesMax: number }
  | { readonly kind: 'body-unreadable'; readonly detail: string }
  /** It had not ended when the time for it was over. */
  | { readonly kind: 'body-too-slow'; readonly timeoutMs: number }
  | { readonly kind: 'media-type'; readonly accepted: readonly string[] }
  | { readonly kind: 'content-coding' }
  | { readonly kind: 'input-invalid'; readonly issues: readonly InputIssue[] }
  | { readonly kind: 'parameter-invalid'; readonly parameter: string; readonly detail: string }
  | { readonly kind: 'idempotency-key-malformed'; readonly detail: string }
  | { readonly kind: 'idempotency-key-reused'; readonly id: string }
  | {
      readonly kind: 'rate-limited';
      readonly limits: readonly RateLimitState[];
      readonly retryAfterSeconds: number;
    }
  /** The resource's state does not allow it, such as resuming an execution that is final. */
  | { readonly kind: 'conflict'; readonly detail: string }
  /** The resource is no longer as the caller has it. */
  | { readonly kind: 'precondition-failed' }
  /** The service can't take it now: an object is restarting or overloaded. Nothing was lost; try again. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number }
  | { readonly kind: 'internal' };

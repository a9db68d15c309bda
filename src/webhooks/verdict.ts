// Verdict: what verification says of a delivery. Rich inside; outside every failure is one and the same 401.

/** An answer that a vendor wants word for word. Plain data: the HTTP floor makes a Response of it. */
export interface PlainResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why a delivery is not genuine, for the delivery log only. Never in an answer: it would tell a forger what to mend. */
export type FailureReason =
  /** The source has no secret that this scheme can use. */
  | 'no-secret'
  /** A configured secret is not of the vendor's form (bad hex, base64, PEM). */
  | 'malformed-secret'
  | 'missing-signature'
  | 'malformed-signature'
  /** More than eight signatures in one delivery. */
  | 'too-many-signatures'
  | 'missing-timestamp'
  | 'malformed-timestamp'
  /** Genuine, but older than the tolerance. */
  | 'stale-timestamp'
  /** Genuine, but further in the future than the tolerance: a clock is wrong. */
  | 'future-timestamp'
  /** A part of what is signed (a header, a body field) is not there. */
  | 'missing-part'
  /** The body can't be read, and the scheme signs fields of it. */
  | 'malformed-body'
  /** Well-formed, but made with another secret or for other bytes. */
  | 'no-match'
  /** One item of a batch is not signed as the others are. */
  | 'item-not-signed'
  | 'malformed-token'
  /** An algorithm or version that the recipe does not take (`none`, SHA-1 where SHA-256 is due). */
  | 'unsupported-algorithm'
  /** A claim of a genuine token does not fit this request or source. */
  | 'claim-mismatch'
  /** The key's address is not the vendor's. */
  | 'untrusted-key-url'
  /** The vendor's key set does not have the key that the delivery names. */
  | 'unknown-key'
  /** The vendor's key could not be fetched, and none is cached: the one failure that is no verdict on the sender. */
  | 'key-unavailable'
  /** A secret arrived in a handshake, but the source has one: a second hand-over would be a take-over. */
  | 'already-paired'
  /** The vendor signs nothing and no token is configured. */
  | 'unsupported';

/**
 * - `verified`: the sender proved with a signature over this request that it holds the secret
 * - `authenticated`: the sender showed a shared token; the body is covered by TLS alone
 * - `handshake`: not an event; answer with `response`. `capturedSecret` arrived in it and is to be kept, once and atomically;
 *   `visit` is a URL of the vendor's that confirms the subscription when it is fetched
 */
export type Verdict =
  | { readonly outcome: 'verified' | 'authenticated'; readonly key: number }
  | {
      readonly outcome: 'handshake';
      readonly response: PlainResponse;
      readonly capturedSecret?: string;
      readonly visit?: string;
    }
  | { readonly outcome: 'failed'; readonly reason: FailureReason };

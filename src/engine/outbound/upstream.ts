// Upstream: what is known of a peer's health, shared by all workflows that call it.

/** Whether a request may be sent now. */
export type Admission =
  | { readonly admitted: true }
  | {
      readonly admitted: false;
      /** `open`: it kept failing. `throttled`: it asked to be left alone. */
      readonly reason: 'open' | 'throttled';
      /** When to ask again, ms from now. */
      readonly retryAfterMs: number;
    };

/** How a request to an upstream went. */
export interface UpstreamReport {
  /** What it answered; absent where it didn't. */
  readonly status?: number;
  /** How it failed to answer. */
  readonly failure?: 'timeout' | 'network';
  /** From `Retry-After`, ms. */
  readonly retryAfterMs?: number;
  /** Requests that its rate limit leaves. */
  readonly remaining?: number;
  /** When that rate limit starts anew, ms from now. */
  readonly resetMs?: number;
}

/** Asked before and told after each request. Never rejects: where nothing can be learnt, everything is admitted. */
export interface UpstreamPort {
  /** @param host host with its port where that is not the scheme's own */
  admit(host: string): Promise<Admission>;
  report(host: string, report: UpstreamReport): Promise<void>;
}

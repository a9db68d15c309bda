// Request: what a workflow asks of a peer, what it gets back, and the ports through which the two travel.
import type { z } from 'zod';
import type { Duration } from '../../core/duration.ts';
import type { StepError } from '../../core/step.ts';
import type { UpstreamPort } from './upstream.ts';

/** A value that is a Worker secret: it is put in when the request is sent, and appears nowhere else. */
export interface SecretValue {
  /** Name of the Worker secret; the workflow must declare it. */
  readonly secret: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

/** The value of the Worker secret `name`, for a header. */
export function secret(name: string): SecretValue {
  return { secret: name };
}

/** `Bearer` and the value of the Worker secret `name`, for the header `Authorization` (RFC 6750 section 2.1). */
export function bearer(name: string): SecretValue {
  return { secret: name, prefix: 'Bearer ' };
}

/** How to get an access token: the client credentials grant of OAuth 2.0 (RFC 6749 section 4.4). */
export interface OAuthClientCredentials {
  readonly tokenUrl: string;
  readonly clientId: string | SecretValue;
  readonly clientSecret: SecretValue;
  /** Scopes, separated by spaces. */
  readonly scope?: string;
  /** For servers that want to know for which API the token is (Auth0, Okta). */
  readonly audience?: string;
  /** Where the client's credentials go: the header (RFC 6749 section 2.3.1), or the body for servers that want them there. Default `basic`. */
  readonly style?: 'basic' | 'post';
}

/** Headers by name. A peer may be given what a Worker secret holds by {@link secret} or {@link bearer}. */
export type RequestHeaders = Readonly<Record<string, string | SecretValue>>;

export interface HttpRequest {
  /** Default GET, or POST where there is a body. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** https; http only for hosts that are allowed although they are private. */
  readonly url: string;
  readonly headers?: RequestHeaders;
  /** A JSON value is sent as `application/json`; a string as it is, `text/plain` unless a header says otherwise. */
  readonly body?: unknown;
  readonly auth?: OAuthClientCredentials;
  /** Statuses that mean success; `'2xx'` is all from 200 to 299. Default `['2xx']`. */
  readonly expect?: readonly (number | '2xx')[];
  /** What the parsed body must be; the response's body is what this schema makes of it. */
  readonly response?: z.ZodType;
  /** For headers and body together, redirects included, from the moment a connection is free. Default 30 seconds, at most 14 minutes. */
  readonly timeout?: Duration;
  /**
   * `follow` goes after up to 5 redirects; a hop to another origin gets none of the headers that the request names, and no token.
   * Default `error`: a redirect is a failure.
   */
  readonly redirect?: 'error' | 'follow';
  /** Bytes of the answer's body, after decompression. Default 256 KiB, at most 1 MiB. */
  readonly responseBytesMax?: number;
}

export interface HttpResponse<T = unknown> {
  readonly status: number;
  /** Names in lower case; no cookies; what is too large is left out, and counted in `signalbox-headers-dropped`. */
  readonly headers: Record<string, string>;
  /** Parsed where its media type is JSON, else text; null where there is none. */
  readonly body: T;
}

/** What `send` needs to know beside the request. */
export interface SendContext {
  /** The same for each attempt of a step; printable ASCII. Sent as `Idempotency-Key` where the request names none. */
  readonly idempotencyKey?: string;
  /** W3C `traceparent` for this one request. */
  readonly traceparent?: string;
  /** Names of the secrets that the workflow declared: it may use no others. */
  readonly secrets: readonly string[];
  /** Aborts when nobody wants the answer any more. */
  readonly signal: AbortSignal;
}

export interface OutboundPorts {
  /** Sends one request; its signal is in it. Redirects are not followed. */
  fetch(request: Request): Promise<Response>;
  /** ms since the epoch. */
  now(): number;
  /** Resolves after so many ms; settles when `signal` aborts. */
  after(ms: number, signal: AbortSignal): Promise<void>;
  /**
   * A connection slot, and the function that gives it back: an invocation has 6 that await headers (platform, 2026).
   * @param host where the request goes first: hosts have their turns
   */
  slot(signal: AbortSignal, host: string): Promise<() => void>;
  /** The value of a Worker secret. */
  secret(name: string): string | undefined;
  /** `host` or `host:port`, lower case, that may be reached although they are private, also by http: for local work. */
  readonly allowedPrivateHosts: readonly string[];
  /** `host` or `host:port` of this deployment: a request to itself would go round in circles. Absent: none is known. */
  readonly ownHosts?: readonly string[];
  /** What is known of the peers' health, shared by all workflows; absent: nothing. */
  readonly upstream?: UpstreamPort;
}

/** A request that failed, as data. */
export interface SendFailure {
  readonly ok: false;
  /**
   * Codes: `http-status`, `timeout`, `network`, `response-too-large`, `response-invalid`, `redirect`, `oauth`, `circuit-open`,
   * `throttled`, `aborted`, and those of a request that was never sent: `blocked-url`, `request-invalid`, `secret-missing`.
   */
  readonly error: StepError;
  /** How long the peer asked to be left alone, ms. */
  readonly retryAfterMs?: number;
}

export type SendOutcome = { readonly ok: true; readonly value: HttpResponse } | SendFailure;

// Outbound limit: the bounds of requests to peers, each with its unit in its name, its reason and its source. Part of `limit`.
// "Platform" is Cloudflare Workers and Durable Objects as documented in November 2026.

const kib = 1_024;
const mib = 1_024 * kib;
const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** What a request may be. Its headers have at most `headerBytesMax`. */
const request = {
  /** Requests of an object that await their answer's headers at once: the platform queues the seventh, unseen. */
  connectionSlotsMax: 6,
  /** UTF-16 units of a URL: what the platform takes (16 KB). */
  requestUrlLengthMax: 16 * kib,
  /**
   * UTF-16 units of a request's body: six such requests at once leave most of an isolate's 128 MB (platform). What is larger is
   * streamed from where it lies, by a `do`.
   */
  requestBodyLengthMax: 4 * mib,
  /** Hops that are followed; browsers take 20 (Fetch standard, 2026). A chain longer than a few is a loop or a trap. */
  redirectsMax: 5,
} as const;

/** What is kept of an answer, beside its body of `responseBytesMax`. */
const answer = {
  /** Headers that are kept of one answer: a journal row holds them beside the body. */
  keptHeadersMax: 64,
  /** A kept header's value. */
  keptHeaderBytesMax: 2 * kib,
  /** All kept headers, names and values. */
  keptHeadersBytesMax: 8 * kib,
  /** Bytes read of an answer that is a failure: enough for the sentence that says why. */
  failureBodyBytesMax: 4 * kib,
  /** UTF-16 units of that body that its error quotes. */
  failureQuoteLengthMax: 200,
  /** Issues of a schema that an error lists. */
  schemaIssuesShownMax: 5,
  /** UTF-16 units of a header's name that an error shows: a wrong one may be anything. */
  headerNameShownLengthMax: 64,
} as const;

/** Access tokens by client credentials (RFC 6749). */
const oauth = {
  /** For how long a token is used whose answer does not say how long it lives. */
  tokenLifeDefaultMs: 5 * minuteMs,
  /** The shortest, whatever the answer says: a life of -1 would ask for a token for each request. A refused one is fetched anew anyway. */
  tokenLifeMinMs: 30 * secondMs,
  /** The longest: a life of 10^12 seconds is a slip, and a token that was revoked should not stay for days. */
  tokenLifeMaxMs: hourMs,
  /** Before its end a token is not used any more: clocks differ, and the request takes time. At most a tenth of its life. */
  tokenSkewMaxMs: 30 * secondMs,
  /** Tokens that an object keeps at once: a scope or URL that comes from events must not fill the memory. */
  tokensMax: 100,
  /** A token endpoint's answer. */
  tokenAnswerBytesMax: 64 * kib,
  /** A token: with the other headers it must fit `headerBytesMax`. Those of real servers have 1 to 4 KiB. */
  tokenLengthMax: 8 * kib,
  /** UTF-16 units of a token endpoint's error code that are shown; those of RFC 6749 have at most 22. */
  tokenErrorLengthMax: 64,
} as const;

/** What is known of a peer's health. */
const upstream = {
  /** Failures that lie further apart are no row: a quiet host would be condemned for what happened an hour ago. */
  breakerRowGapMaxMs: minuteMs,
  /** A probe of which nothing is heard for so long is lost, and another is let through: its object was evicted. */
  breakerProbeMaxMs: 30 * secondMs,
  /**
   * For how long one 503 with `Retry-After` makes all workflows leave its host alone. The step that was told waits as long as it was
   * told (`retryAfterMaxMs`); the others ask again after this, so that one endpoint's wrong header stops nobody for long, and a host
   * that is down gets a handful of requests in that time.
   */
  hostPauseMaxMs: 5 * minuteMs,
  /**
   * For how long a 429 with `Retry-After`, or a used up rate limit, makes those leave a host alone who share that limit. Hourly limits
   * are common (GitHub's, HubSpot's), and asking on within one is held against the caller.
   */
  partitionPauseMaxMs: hourMs,
  /** Rate limits of one host that are remembered while they are used up; past it those that end first are forgotten. */
  partitionsMax: 32,
  /** Hosts that an object remembers: those that are not well. Past it the oldest is forgotten, which costs one failure to learn again. */
  upstreamHostsMax: 1_000,
  /** A shorter pause is not told to others: it is over before they have heard of it. */
  pauseWorthTellingMs: secondMs,
} as const;

export const outboundLimit = { ...request, ...answer, ...oauth, ...upstream } as const;

// Limit: every bound of the service, in one place, each with its unit in its name, its reason and its source.
// Past a limit there is a clear problem, never a silent cut (ARCHITECTURE, "What always holds").
// "Platform" is Cloudflare Workers and Durable Objects as documented in November 2026.

import { outboundLimit } from './outbound-limit.ts';

const kib = 1_024;
const mib = 1_024 * kib;
const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What comes in from outside. */
const inbound = {
  /**
   * Body of a delivery or an API call. It is stored with the execution it starts, and a row holds 2 MB (platform);
   * GitHub alone may send more, up to 25 MB.
   */
  bodyBytesMax: mib,
  /**
   * What a source may raise its own `bodyBytesMax` to: the body and the event's row must stay under the 2 MB of
   * a row (platform).
   */
  bodyBytesCeiling: 1.5 * mib,
  /**
   * Time for a whole body to arrive, from its headers on: 1 MiB needs a line of 1 Mbit/s, and vendors' have a thousand times that.
   * It has to stay under `deliveryLagMs`, which runs from the same moment.
   */
  bodyReadMs: 8 * secondMs,
  /**
   * All request headers together, names and values. The platform takes 128 KB, but what is kept of a delivery has
   * its headers in it.
   */
  headerBytesMax: 16 * kib,
  /**
   * Nesting of a JSON body. V8 parses 500 000 levels, but what walks the value after it overflows the stack
   * near 100 000 (measured), and SQLite's JSON ends at 1 000.
   */
  jsonDepthMax: 64,
  /**
   * Characters of an `Idempotency-Key`. The IETF draft (draft-ietf-httpapi-idempotency-key-header-07) leaves it
   * open; Stripe's API has 255.
   */
  idempotencyKeyLengthMax: 255,
  /**
   * Bytes of the key under which an execution is found: scope, source and the caller's key. It is the primary
   * key of a row, so it is kept short.
   */
  executionKeyBytesMax: 600,
  /** Bytes of an event's id. Longer ids are hashed by whoever makes the key. */
  eventIdBytesMax: 512,
  /** Characters of an `X-Request-Id` that is taken over from a request; a longer one is replaced. */
  requestIdLengthMax: 128,
  /**
   * Data of an execution and the raw body of its delivery together: beyond it the body's digest is kept alone. What is left of
   * the 2 MB of a row (platform) once an output of 1 MiB and 64 KiB of everything else have their place; a larger output has rows
   * of its own.
   */
  deliveryRowBytesMax: 2_000_000 - mib - 64 * kib,
  /** Headers that are kept of one delivery, names and values in UTF-16 units; real ones have some hundred. */
  deliveryHeaderLengthMax: 8 * kib,
  /** UTF-16 units of a delivery's URL that is kept: of a longer one the query is left out. */
  deliveryUrlLengthMax: 2 * kib,
  /**
   * Rows of each of a source's two rings, in which deliveries are kept that started nothing: of forged ones, and of genuine ones.
   * Beyond it the oldest is overwritten.
   */
  deliveryRingRowsMax: 1_000,
  /**
   * Such deliveries that one isolate records for one source and ring in a minute, each by one object request; the rest is
   * counted. A flood at one isolate costs at most so much, however fast it is.
   */
  deliveryRecordsPerMinuteMax: 30,
  /**
   * Raw body of a delivery that started nothing: a longer one is kept as its digest. Most webhooks have 1 to 10 KiB; a source's two
   * rings full of the longest are 125 MiB, some 2.5 cents a month.
   */
  deliveryBodyBytesMax: 64 * kib,
  /**
   * How long a delivery's raw body is shown and replayed where the source says nothing (`keepBodySeconds`): long enough to mend a
   * wrong secret after a weekend, and a workflow after a week.
   */
  deliveryBodyKeepSeconds: (7 * dayMs) / secondMs,
  /** The longest that a source may ask for: as long as an execution that faulted is kept where its workflow says nothing. */
  deliveryBodyKeepSecondsMax: (90 * dayMs) / secondMs,
  /** How much later than it may such a body is dropped: one alarm for many of them. Asked for, it is gone at once. */
  deliveryBodyGraceMs: hourMs,
  /**
   * Between a delivery's arrival and its acceptance, at most, the clocks' difference included: the log looks for one within it.
   * Vendors give up after 3 to 30 s; objects answer within one.
   */
  deliveryLagMs: 10 * secondMs,
  /** Executions that one object looks through for a page of the log; more than it accepts within `deliveryLagMs`. */
  deliveryScanMax: 20_000,
  /** Deliveries that one request replays. */
  replaysMax: 100,
  /** Ids of events and executions that a record lists of a batch. */
  deliveryIdsMax: 100,
  /** Secrets of one source at once: a rotation needs two; each one is an HMAC to compute for a forged request. */
  secretsPerSourceMax: 8,
  /**
   * How far the signed time of a delivery may lie from ours: 5 minutes, as Standard Webhooks, Stripe and Slack
   * recommend.
   */
  timestampToleranceSeconds: 300,
  /**
   * Longest hold of a status question by `Prefer: wait` (RFC 7240): below the 60 s after which many proxies
   * give up.
   */
  waitMaxSeconds: 30,
  /**
   * Status questions that one object holds at once; more are answered at once. Each keeps a connection and the
   * object awake.
   */
  waitersMax: 1_000,
} as const;

/** What an execution may do. */
const execution = {
  /** Steps of one execution, as Workflows has by default (platform, paid plan); a replay reads them all. */
  stepsMax: 10_000,
  /** Attempts of one step, and questions of one poll step: a policy that asks for more is refused. */
  attemptsMax: 1_000,
  /**
   * JSON text of one step's result, and of the execution's own, in UTF-8: eight times what Workflows has (platform). At two bytes a
   * UTF-16 unit it is half of a message of RPC (32 MiB, platform), by which an invoked execution hands it over; a journal holds four.
   */
  outputBytesMax: 8 * mib,
  /**
   * Results, events and errors in the journal of one execution, in bytes as V8 holds them: one for each UTF-16 unit, two where
   * the text has a character past U+00FF. A replay reads them all. In a heap of 128 MB, where the code keeps every value, 32 MiB
   * can be read, and read again for a status; 40 MiB can't (measured on workerd, 2026-11-26).
   */
  journalBytesMax: 32 * mib,
  /**
   * UTF-16 units of all outputs that a status shows together, the execution's own and those of its steps: one of the largest, and
   * some more. At two bytes a unit they leave 12 MiB of a message of RPC (32 MiB, platform) to what else is shown.
   */
  shownOutputsLengthMax: 10 * mib,
  /**
   * Body of a peer's answer that a step reads by default; past it the step fails. Six of them at once stay far
   * below the 128 MB of an isolate.
   */
  responseBytesMax: 256 * kib,
  /**
   * What a step may raise its own `responseBytesMax` to: as much as a request may send (`requestBodyLengthMax`). It must still be
   * journaled, and a text grows where JSON escapes it.
   */
  responseBytesCeiling: 4 * mib,
  /** UTF-16 units of a step's name, as Workflows has it (platform: 256). */
  stepNameLengthMax: 256,
  /** UTF-16 units of an error's message that is journaled: a peer's whole HTML page is no message. */
  errorMessageLengthMax: 2_000,
  /** Longest sleep, wait or delay: 365 days, as Workflows has it (platform). */
  sleepMaxMs: 365 * dayMs,
  /**
   * Default time of one attempt of `do`: 10 minutes, as Workflows has it; an alarm's handler gets 15
   * (platform).
   */
  attemptTimeoutMs: 10 * minuteMs,
  /** Longest time that one attempt may ask for: under the 15 minutes of an alarm's handler (platform). */
  attemptTimeoutMaxMs: 14 * minuteMs,
  /** Default time of one request to a peer, headers and body together. */
  requestTimeoutMs: 30 * secondMs,
  /** Default wait between two questions of a poll. */
  pollIntervalMs: 5 * secondMs,
  /** Shortest wait between two questions of a poll: each one is a request, a row and an alarm. */
  pollIntervalMinMs: 100,
  /** Longest wait of a poll whose waits double, where its author names none. */
  pollIntervalMaxMs: 5 * minuteMs,
  /** Default time for which a step waits for an event: 24 hours, as Workflows has it (platform). */
  eventTimeoutMs: dayMs,
  /** Events that one execution may be sent: each is a row that every replay reads. */
  eventsMax: 1_000,
  /** Default time for which the link of an approval is good. */
  approvalTimeoutMs: 7 * dayMs,
  /**
   * Executions that one led to, each started by a step (`invoke`, `emit`) of the one before: AWS Lambda stops such a chain at 16 as
   * well (its documentation, 2026). One that starts itself twice has led to 131 071 by then.
   */
  chainDepthMax: 16,
  /** First wait before an invoked execution is asked whether it has ended; doubled each time. */
  invokeIntervalMs: secondMs,
  /** Longest such wait: what it costs where the word of the end is lost. */
  invokeIntervalMaxMs: 5 * minuteMs,
  /** Default time after which a poll gives up. */
  pollDeadlineMs: hourMs,
  /** For how long a step asks to be let through to a host that is left alone, where its policy has no `maxElapsed`. */
  deniedMaxMs: dayMs,
  /** Over how long those that were turned away come back, at least. */
  deniedSpreadMinMs: secondMs,
  /** Failures of a host in a row, over all workflows, at which its circuit breaker opens. */
  breakerFailuresMax: 10,
  /** For how long it opens first; doubled with each further failure. */
  breakerPauseMs: 5 * secondMs,
  /** For how long it opens at most. */
  breakerPauseMaxMs: minuteMs,
  /**
   * Longest `Retry-After` that is honoured. A peer that asks for more would park an execution for good by one
   * wrong header.
   */
  retryAfterMaxMs: dayMs,
  /**
   * Requests of one execution that are under way at once. An invocation has 6 connections that await headers,
   * the 7th queues unseen (platform).
   */
  concurrencyPerExecutionMax: 6,
  /**
   * Times that a crash or an eviction may cut off the same execution before it is faulted: a step that kills
   * its object (CPU, memory) would do so for ever.
   */
  interruptionsMax: 25,
  /**
   * For how long a replay may stand before a step that its journal has next: code that awaits something outside of steps gets there;
   * code that was changed never does, and would keep its object awake for ever.
   */
  divergencePatienceMs: 10 * minuteMs,
  /** Lives of its object in a row that may end while its code alone is being started: one would be a chance, five are not. */
  collapsesMax: 5,
} as const;

/** How an object works. */
const object = {
  /** UTF-8 of what is large in one row: 2 MB (platform) less what else the row has. What is larger is split over several. */
  rowTextBytesMax: 2_000_000 - 64 * kib,
  /**
   * Shards of one workflow. An object takes some 200 to 500 writes a second (platform), so this is more than
   * 200 000 a second.
   */
  shardsMax: 1_024,
  /** Accepts that share one commit: bounds the time for which one turn holds the object. */
  groupCommitMax: 256,
  /**
   * UTF-16 units of data that one call hands to an object, for the items of a batch: a message of RPC has 32 MiB (platform), and a
   * unit is two bytes at most. One item alone may have more (`bodyBytesCeiling`), and fits as well.
   */
  parcelLengthMax: 8 * mib,
  /** Timers handled in one turn; then the object yields to accepts, and goes on. */
  timerBatchMax: 256,
  /**
   * Results that runs are handed, and the like, before the object lets in whoever calls it: some 25 ms of work, for which a caller may
   * have to wait twice. Letting them in takes 1.1 ms (a timer of 0 ms on workerd, measured 2026-11-21): 4 µs for each.
   */
  turnsKeptMax: 256,
  /** Runs of one schedule that are started in one turn after an outage, with misfire `all`. */
  scheduleBatchMax: 100,
  /** Executions deleted in one turn by the purge. */
  purgeBatchMax: 256,
  /** Wait between two turns of a purge that has more to do. */
  purgePauseMs: secondMs,
  /** Longest wait between two purges: what is kept too long is kept a day too long. */
  purgeIntervalMs: dayMs,
  /** Representations of executions at rest that an object keeps to show them again. */
  shownKeptMax: 256,
  /** UTF-16 units of such a representation; with the above they take 8 MiB at most, of 128 MB (platform). */
  shownKeptLengthMax: 16 * kib,
  /** Executions of one page of a list. */
  listMax: 100,
  /**
   * For how long a live attempt is left alone: after it the watchdog takes its object for dead and runs it
   * again. Renewed while it lives.
   */
  leaseMs: 10 * secondMs,
  /** Wait before an alarm that met a fault rings again. */
  alarmRetryMs: 2 * secondMs,
  /**
   * Runs live in memory at once: with some 20 KiB each they take a sixth of an object's 128 MB (platform). The rest waits, in
   * order, without a timer of its own.
   */
  liveRunsMax: 1_000,
  /** A run whose next timer is due within this time stays in memory; another is dropped, and read from its journal again. */
  parkedKeepMs: 10 * secondMs,
  /** Serials read in one query when a restarted object takes up what was open. */
  recoveryPage: 1_000,
  /** The watchdog looks at most so often, when the alarm rings. */
  watchdogIntervalMs: minuteMs,
  /** Executions at which it looks then: some reads each. */
  watchdogPage: 50,
} as const;

/** What is kept, and for how long after its end; a workflow may set its own. */
const retention = {
  /**
   * A completed execution: 30 days, as Workflows keeps one (platform, paid plan). While it is kept, a copy of its event
   * is a duplicate; the most patient vendors deliver again for 30 days (Adyen), most for 3 (Stripe, PayPal).
   */
  retainCompletedMs: 30 * dayMs,
  /** A cancelled one, for the same reason as long. */
  retainCancelledMs: 30 * dayMs,
  /** A faulted one: long enough to be found, understood and redriven. */
  retainFaultedMs: 90 * dayMs,
  /** The longest that a workflow may ask for. */
  retainMaxMs: 365 * dayMs,
} as const;

/** What a rate limit may say. */
const rate = {
  /** Events per window. */
  rateMax: 1_000_000,
  /** Window of a rate limit: one day. */
  rateWindowMaxSeconds: 86_400,
  /** Rate limits counted for one accept: a caller's own and the workflow's. Each one is a header member too. */
  rateLimitsPerAcceptMax: 8,
} as const;

/** The bounds of the service, by name. */
export const limit = {
  ...inbound,
  ...execution,
  ...outboundLimit,
  ...object,
  ...retention,
  ...rate,
} as const;

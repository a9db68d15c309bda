// Schedule: when a workflow starts by the clock, and what becomes of the runs that were missed.
import { Cron } from 'croner';
import { type Duration, parseDuration } from './duration.ts';
import { err, ok, type Result } from './result.ts';

/** As an author writes it: a cron line in a time zone (default UTC), or an interval. */
export type ScheduleDeclaration =
  | { readonly cron: string; readonly timeZone?: string | undefined }
  | { readonly every: Duration };

/** A schedule that was read. Of use in memory only: it holds the parsed line. */
export type Schedule =
  | { readonly kind: 'cron'; readonly line: Cron }
  /** Runs at whole multiples of `everyMs` since the epoch, so that no deployment moves them. */
  | { readonly kind: 'every'; readonly everyMs: number };

/** Shortest interval, in ms: each run costs an alarm and an execution. Cron lines have a minute. */
const everyMinMs = 1_000;

/** Longest cron line, in characters; the longest sensible one lists every minute and is under it. */
const cronLengthMax = 256;

/**
 * Five fields of what cron takes, or a nickname such as `@daily`. No `?`: it stands for the moment at which it is read, so
 * the same line would mean another schedule after each restart.
 */
const cronPattern = /^(?:@[a-z]+|[^\s?@]+(?: +[^\s?@]+){4})$/i;

/** An IANA name; offsets such as `+02:00` are none, as they know no daylight saving. */
const timeZonePattern = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

/** Where the search for a first run begins: any date does, as lines name no year. */
const searchFrom = 946_684_800_000;

/**
 * Reads a declaration. The error is a sentence, also for a line that never comes, such as 30 February.
 * Daylight saving: a line at one time of the day runs once a day, in a gap at its end; a line with several times (`*`, `/`,
 * lists) follows the wall clock, so it has no run in a gap and both in an overlap.
 */
export function parseSchedule(declaration: ScheduleDeclaration): Result<Schedule, string> {
  return 'every' in declaration
    ? parseEvery(declaration.every)
    : parseCron(declaration.cron, declaration.timeZone ?? 'UTC');
}

function parseEvery(every: Duration): Result<Schedule, string> {
  const read = parseDuration(every);
  if (!read.ok) return err(`Cannot read schedule: ${read.error}`);
  if (read.value < everyMinMs) return refuse('every', 'at least 1 second', String(every));
  return ok({ kind: 'every', everyMs: read.value });
}

function parseCron(cron: string, timeZone: string): Result<Schedule, string> {
  if (!isTimeZone(timeZone)) return refuse('timeZone', 'an IANA time zone such as Europe/Berlin', timeZone);
  if (cron.length > cronLengthMax || !cronPattern.test(cron)) {
    return refuse('cron', 'five fields: minute, hour, day of month, month, day of week', cron);
  }
  let line;
  try {
    line = new Cron(cron, { timezone: timeZone, mode: '5-part' });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.replace(/^CronPattern: /, '') : String(thrown);
    return refuse('cron', `five fields that cron can read (${reason})`, cron);
  }
  const schedule = { kind: 'cron', line } as const;
  if (nextRun(schedule, searchFrom) === undefined) return refuse('cron', 'a time that comes', cron);
  return ok(schedule);
}

function isTimeZone(name: string): boolean {
  if (!timeZonePattern.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function refuse(what: string, expected: string, current: string): Result<never, string> {
  const shown = current.length > cronLengthMax ? `${current.slice(0, cronLengthMax)}…` : current;
  return err(
    `Cannot read schedule as ${what} must be ${expected}: current value is ${JSON.stringify(shown)}`,
  );
}

/**
 * The first run later than `after`; both in ms since the epoch.
 * Undefined where there is none before the calendar of the platform ends.
 */
export function nextRun(schedule: Schedule, after: number): number | undefined {
  if (schedule.kind === 'every') return (Math.floor(after / schedule.everyMs) + 1) * schedule.everyMs;
  return schedule.line.nextRun(toDate(after))?.getTime();
}

/** The last run at or before `now`. */
function latestRun(schedule: Schedule, now: number): number | undefined {
  if (schedule.kind === 'every') return Math.floor(now / schedule.everyMs) * schedule.everyMs;
  return schedule.line.previousRuns(1, toDate(now + 1))[0]?.getTime();
}

function toDate(ms: number): Date {
  // oxlint-disable-next-line no-restricted-globals -- croner takes moments as Date; no clock is read
  return new Date(ms);
}

/** What happens to runs that were missed: none of them runs, only the latest, or each. */
export type Misfire = 'skip' | 'once' | 'all';

/** How late a run may begin and not be missed, in ms: alarms come late by seconds, a deployment takes an object away for some. */
const graceMs = 60_000;

/** Which runs are due. */
export interface DueRuns {
  /** The moments of the runs to start now, oldest first, ms since the epoch. */
  readonly runs: readonly number[];
  /** Up to here all is decided: to be kept, and handed in the next time. The next alarm is {@link nextRun} after it. */
  readonly lastRunAt: number;
}

/**
 * The runs later than `lastRunAt` and not later than `now` that are to start.
 * With `all`, at most `max` are given, the oldest: where more are due, `nextRun(schedule, lastRunAt)` is not later than `now`.
 * With `once` and `skip` it is at most one, the latest; with `skip` only where it is at most a minute late.
 * @param question.lastRunAt what the last answer had; at first, when the schedule was made
 */
export function dueRuns(
  schedule: Schedule,
  question: {
    readonly lastRunAt: number;
    readonly now: number;
    readonly misfire: Misfire;
    readonly max: number;
  },
): DueRuns {
  const { lastRunAt, now, misfire, max } = question;
  if (misfire === 'all') {
    const runs: number[] = [];
    for (let run = nextRun(schedule, lastRunAt); run !== undefined && run <= now && runs.length < max;) {
      runs.push(run);
      run = nextRun(schedule, run);
    }
    return { runs, lastRunAt: runs.at(-1) ?? lastRunAt };
  }
  const latest = latestRun(schedule, now);
  if (latest === undefined || latest <= lastRunAt) return { runs: [], lastRunAt };
  const missed = misfire === 'skip' && now - latest > graceMs;
  return { runs: missed ? [] : [latest], lastRunAt: latest };
}

// Duration: how long, as an author writes it; always read into whole milliseconds.
import { limit } from './limit.ts';
import { err, ok, type Result } from './result.ts';

/**
 * A number is milliseconds, as in Cloudflare Workflows (`WorkflowSleepDuration`, @cloudflare/workers-types 2026-10-26).
 * A string is an amount with its unit (`"5 seconds"`, `"1 hour 30 minutes"`, `"30s"`, `"1h30m"`, `"250ms"`) or an
 * ISO 8601 duration of weeks, days, hours, minutes and seconds (`"PT15M"`).
 */
export type Duration = number | string;

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * `m` is minutes and `mo` nothing: an author who means a month writes it out. A month is 30 days, as Workflows has it; a year is
 * 365 days where Workflows counts 365.25, since the longest sleep is 365 days and "1 year" must be one.
 */
const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: secondMs,
  second: secondMs,
  m: minuteMs,
  minute: minuteMs,
  h: hourMs,
  hour: hourMs,
  d: dayMs,
  day: dayMs,
  w: 7 * dayMs,
  week: 7 * dayMs,
  month: 30 * dayMs,
  year: 365 * dayMs,
};

/** One amount with its unit; sticky, so that a text is read in one pass from its start to its end. */
const amountPattern = /(\d{1,15}(?:\.\d{1,15})?) ?([a-z]{1,12})(?: (?=\d)|$|(?=\d))/y;

/** ISO 8601-1:2019 section 5.5.2.2 without years and months, whose length depends on a calendar. */
const isoPattern =
  /^P(?=[\dT])(?:(\d{1,15})W)?(?:(\d{1,15})D)?(?:T(?=\d)(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15}(?:[.,]\d{1,15})?)S)?)?$/;

/** Longer texts are no durations; the bound also keeps a mistaken payload out of the error. */
const textLengthMax = 64;

const form =
  'milliseconds as a number, or text such as "30 seconds", "1h30m" or "PT15M"; years and months of ISO 8601 are not taken';

/**
 * Reads a duration into whole milliseconds, 0 to 365 days (`limit.sleepMaxMs`); a fraction of a millisecond is rounded.
 * The error is a sentence that names what was expected and the value that came.
 */
export function parseDuration(value: Duration): Result<number, string> {
  const ms = typeof value === 'number' ? value : readText(value);
  if (ms === undefined || Number.isNaN(ms)) return refuse(form, value);
  if (ms < 0) return refuse('zero or more', value);
  if (ms > limit.sleepMaxMs) return refuse('at most 365 days', value);
  // Adding zero makes of -0 a plain 0.
  return ok(Math.round(ms) + 0);
}

function readText(text: string): number | undefined {
  if (text.length > textLengthMax) return undefined;
  return text.startsWith('P') ? readIso(text) : readAmounts(text);
}

/** Units must fall and appear once: "5m 5m" and "30s 1h" are slips, not durations. */
function readAmounts(text: string): number | undefined {
  let total = 0;
  let unitBefore = Infinity;
  amountPattern.lastIndex = 0;
  for (let at = 0; at < text.length; at = amountPattern.lastIndex) {
    const match = amountPattern.exec(text);
    const unit = readUnit(match?.[2] ?? '');
    if (match === null || unit === undefined || unit >= unitBefore) return undefined;
    total += Number(match[1]) * unit;
    unitBefore = unit;
  }
  return unitBefore === Infinity ? undefined : total;
}

function readUnit(name: string): number | undefined {
  if (Object.hasOwn(unitMs, name)) return unitMs[name];
  // The plural of a word: "seconds", but not "hs" nor "mss".
  const singular = name.endsWith('s') ? name.slice(0, -1) : '';
  return singular.length > 2 && Object.hasOwn(unitMs, singular) ? unitMs[singular] : undefined;
}

function readIso(text: string): number | undefined {
  const match = isoPattern.exec(text);
  if (match === null) return undefined;
  const [, weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return (
    Number(weeks) * 7 * dayMs +
    Number(days) * dayMs +
    Number(hours) * hourMs +
    Number(minutes) * minuteMs +
    Number(seconds.replace(',', '.')) * secondMs
  );
}

function refuse(expected: string, value: Duration): Result<never, string> {
  const current =
    typeof value === 'number'
      ? String(value)
      : JSON.stringify(value.length > textLengthMax ? `${value.slice(0, textLengthMax)}…` : value);
  return err(`Cannot read duration as it must be ${expected}: current value is ${current}`);
}

// Timestamp: when a vendor says it signed, read with strict digits, because Number() and parseInt() take junk, exponents and spaces.
import type { FailureReason } from './verdict.ts';

/** `s-or-ms`: at most 11 digits are seconds, more are milliseconds (vendors that changed, or don't say). */
export type TimestampUnit = 's' | 'ms' | 's-or-ms' | 's-or-iso' | 'iso' | 'http-date';

export interface TimestampRecipe {
  /** Template of the place, such as `{header:x-slack-request-timestamp}`; the place must be part of what is signed. */
  readonly at: string;
  readonly unit: TimestampUnit;
  /** How far it may be from now, in either direction, the edge included; null where the vendor's retries keep the first one's time. */
  readonly toleranceSeconds: number | null;
}

/** Milliseconds since 1970 that `text` says; undefined where it is not exactly of that unit. */
export function parseTimestamp(text: string, unit: TimestampUnit): number | undefined {
  switch (unit) {
    case 's':
      return /^\d{1,11}$/.test(text) ? Number(text) * 1000 : undefined;
    case 'ms':
      return /^\d{1,14}$/.test(text) ? Number(text) : undefined;
    case 's-or-ms':
      return parseTimestamp(text, text.length > 11 ? 'ms' : 's');
    case 's-or-iso':
      return parseTimestamp(text, /^\d+$/.test(text) ? 's' : 'iso');
    case 'iso':
      return parseDate(text, /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:?\d\d)$/);
    case 'http-date':
      return parseDate(text, /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
    default:
      return unit satisfies never;
  }
}

/** How a signer writes `milliseconds` in `unit`. */
export function formatTimestamp(milliseconds: number, unit: TimestampUnit): string {
  switch (unit) {
    case 's':
    case 's-or-ms':
    case 's-or-iso':
      return String(Math.floor(milliseconds / 1000));
    case 'ms':
      return String(milliseconds);
    case 'iso':
      return new Date(milliseconds).toISOString();
    case 'http-date':
      return new Date(milliseconds).toUTCString();
    default:
      return unit satisfies never;
  }
}

/** Why a time is not acceptable, or undefined. Whole seconds are compared where the vendor signs whole seconds. */
export function judgeTime(
  milliseconds: number,
  now: Date,
  toleranceSeconds: number | null,
): Extract<FailureReason, 'stale-timestamp' | 'future-timestamp'> | undefined {
  if (toleranceSeconds === null) return undefined;
  const whole = milliseconds % 1000 === 0;
  const ageMs = (whole ? Math.floor(now.getTime() / 1000) * 1000 : now.getTime()) - milliseconds;
  if (ageMs > toleranceSeconds * 1000) return 'stale-timestamp';
  return ageMs < -toleranceSeconds * 1000 ? 'future-timestamp' : undefined;
}

function parseDate(text: string, form: RegExp): number | undefined {
  if (!form.test(text)) return undefined;
  const milliseconds = Date.parse(text.replace(' ', text.endsWith('GMT') ? ' ' : 'T'));
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

// Serial: an execution's number within its object. It rises with time, is never given twice, and fits a JavaScript number, so
// that it can be SQLite's integer key: the newest executions lie together, and storing one writes one row.

/** 2025-01-01T00:00:00Z: serials count from here, so that 41 bits of milliseconds last until 2094. */
const epochMs = 1_735_689_600_000;
/** Serials a millisecond. */
const perMs = 4_096;
/** Crockford's base 32, lower case: no i, l, o, u. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** 11 digits of 5 bits hold 53 bits. */
const serialLength = 11;

/**
 * The next serial: after `previous` whatever the clock says, and in its own millisecond where the clock allows.
 * @param now ms since the epoch
 * @param random a number in [0, 1): where in its millisecond the serial begins
 */
export function nextSerial(previous: number | undefined, now: number, random: number): number {
  const fresh = firstSerialAt(now) + Math.floor(random * perMs);
  return previous === undefined || fresh > previous ? fresh : previous + 1;
}

/** The smallest serial of a moment (ms since the epoch). */
export function firstSerialAt(now: number): number {
  return Math.max(0, Math.floor(now) - epochMs) * perMs;
}

/** When a serial was given, ms since the epoch. */
export function serialMoment(serial: number): number {
  return Math.floor(serial / perMs) + epochMs;
}

/** A serial as 11 characters that sort as the serials do. */
export function formatSerial(serial: number): string {
  let text = '';
  let rest = serial;
  for (let digit = 0; digit < serialLength; digit += 1) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Reads {@link formatSerial}'s form and nothing else; undefined where it is another. */
export function parseSerial(text: string): number | undefined {
  if (text.length !== serialLength) return undefined;
  let serial = 0;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return undefined;
    serial = serial * 32 + digit;
  }
  return Number.isSafeInteger(serial) ? serial : undefined;
}

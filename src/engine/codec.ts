// Codec: how a result is written into the journal and read from it.
// Plain JSON stays plain JSON, so that a journal can be read by eye; what JSON can't say (Date, Map, Set, bytes, bigint,
// undefined inside an object, -0, cycles …: what Cloudflare Workflows keeps by structured clone) is written by devalue,
// marked with a leading tilde, which no JSON text begins with.
import { parse, stringify } from 'devalue';
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';

const richMark = '~';

/**
 * Encodes a value; undefined is an absent text.
 * The error is a sentence that says what in the value can't be kept, and where.
 */
export function encode(value: unknown): Result<string | undefined, string> {
  if (value === undefined) return ok(undefined);
  try {
    if (isPlain(value, 0, { left: plainRoom })) return ok(JSON.stringify(value));
    return ok(richMark + stringify(value));
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const path =
      error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : '';
    return err(`the value${path} cannot be kept in the journal: ${what}`);
  }
}

/** Encodes what is handed to another execution: JSON that a row holds. The error says what it must be. */
export function encodeJson(value: unknown): Result<string, string> {
  const encoded = encode(value);
  if (!encoded.ok || encoded.value === undefined || encoded.value.startsWith(richMark)) {
    return err('must be JSON, without Date, Map, BigInt or the like');
  }
  const bytes = new TextEncoder().encode(encoded.value).byteLength;
  if (bytes > limit.bodyBytesMax) return err(`must be at most ${limit.bodyBytesMax} bytes: it is ${bytes}`);
  return ok(encoded.value);
}

/** Reads what {@link encode} wrote. */
export function decode(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  return text.startsWith(richMark) ? parse(text.slice(1)) : JSON.parse(text);
}

/**
 * The value as JSON text for the status endpoint: what JSON can't say is shown as close as it comes.
 * @returns undefined where that has more than `lengthMax` UTF-16 units
 */
export function showAsJson(text: string | undefined, lengthMax: number): string | undefined {
  if (text === undefined) return 'null';
  if (text.length > lengthMax) return undefined;
  if (!text.startsWith(richMark)) return text;
  const room = { left: Math.min(lengthMax, Math.max(shownGrowthMax * text.length, shownSmallMax)) };
  const shown = JSON.stringify(toShown(decode(text), new Set(), room)) ?? 'null';
  return shown.length > lengthMax ? undefined : shown;
}

/** How much longer a value is shown than it is kept, at most: bytes, which are base64 there and numbers here, are three times as long. */
const shownGrowthMax = 4;

/** UTF-16 units up to which it may be shown in any case. */
const shownSmallMax = 1_024 * 1_024;

/** Levels of nesting that are shown: what reads the status is not made for more. */
const shownDepthMax = 256;

/**
 * A value as JSON can say it. What the journal writes once and refers to again and again would be written out each time: a cycle
 * without end, a few nested lists with 2^40 members. So it is shown as far as there is room.
 * @param around the values that hold this one
 * @param room UTF-16 units of JSON that may still be shown
 */
function toShown(value: unknown, around: Set<unknown>, room: { left: number }): unknown {
  room.left -= shownLength(value);
  if (room.left < 0) return '[too large to show]';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (around.has(value)) return '[the same as around it]';
  if (around.size === shownDepthMax) return '[too deep to show]';
  if (value instanceof RegExp) return textShown(value.toString(), room);
  if (value instanceof ArrayBuffer) return listShown(new Uint8Array(value), around, room);
  if (ArrayBuffer.isView(value)) {
    return listShown(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), around, room);
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return textShown(value.toJSON(), room);
  around.add(value);
  const isList = Array.isArray(value) || value instanceof Map || value instanceof Set;
  const shown = isList ? listShown(value, around, room) : membersShown(value, around, room);
  around.delete(value);
  return shown;
}

/** What a value takes at least, with the comma after it. */
function shownLength(value: unknown): number {
  if (typeof value === 'string') return JSON.stringify(value).length + 1;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value).length + 1;
  return 3;
}

/** What a value such as a Date is written as. */
function textShown(text: unknown, room: { left: number }): unknown {
  room.left -= shownLength(text);
  return text;
}

function listShown(list: Iterable<unknown>, around: Set<unknown>, room: { left: number }): unknown[] {
  const shown: unknown[] = [];
  for (const item of list) {
    shown.push(toShown(item, around, room));
    if (room.left < 0) break;
  }
  return shown;
}

function membersShown(value: object, around: Set<unknown>, room: { left: number }): object {
  const shown: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    room.left -= name.length + 3;
    shown.push([name, toShown(member, around, room)]);
    if (room.left < 0) break;
  }
  // Not by assignment: a member named __proto__ would set the prototype.
  return Object.fromEntries(shown);
}

/** Levels of nesting up to which a value is walked; what is deeper is left to devalue, which tells cycles apart. */
const plainDepthMax = 64;

/**
 * Characters up to which a value is walked, roughly: more than is kept. What refers to the same parts again and again is a few
 * bytes to devalue and 2^40 to JSON.
 */
const plainRoom = 2 * limit.outputBytesMax;

/** Whether JSON.parse(JSON.stringify(value)) is the same value. */
function isPlain(value: unknown, depth: number, room: { left: number }): boolean {
  room.left -= typeof value === 'string' ? value.length + 2 : 2;
  if (room.left < 0) return false;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object') return false;
  if (depth === plainDepthMax) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlain(item, depth + 1, room)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  if ('toJSON' in value || Object.hasOwn(value, '__proto__')) return false;
  for (const key in value) {
    if (!isPlain((value as Record<string, unknown>)[key], depth + 1, room)) return false;
  }
  return true;
}

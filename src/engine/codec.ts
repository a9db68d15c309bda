// Codec: how a result is written into the journal and read from it.
// Plain JSON stays plain JSON, so that a journal can be read by eye; what JSON can't say (Date, Map, Set, bytes, bigint,
// undefined inside an object, -0, cycles …: what Cloudflare Workflows keeps by structured clone) is written by devalue,
// marked with a leading tilde, which no JSON text begins with.
import { parse, stringify } from 'devalue';
import { err, ok, type Result } from '../core/result.ts';

const richMark = '~';

/**
 * Encodes a value; undefined is an absent text.
 * The error is a sentence that says what in the value can't be kept, and where.
 */
export function encode(value: unknown): Result<string | undefined, string> {
  if (value === undefined) return ok(undefined);
  try {
    if (isPlain(value, 0)) return ok(JSON.stringify(value));
    return ok(richMark + stringify(value));
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const path =
      error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : '';
    return err(`the value${path} cannot be kept in the journal: ${what}`);
  }
}

/** Reads what {@link encode} wrote. */
export function decode(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  return text.startsWith(richMark) ? parse(text.slice(1)) : JSON.parse(text);
}

/** The value as JSON text for the status endpoint: what JSON can't say is shown as close as it comes. */
export function showAsJson(text: string | undefined): string {
  if (text === undefined) return 'null';
  if (!text.startsWith(richMark)) return text;
  return JSON.stringify(decode(text), shown) ?? 'null';
}

function shown(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value];
  if (value instanceof RegExp) return value.toString();
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  return value;
}

/** Levels of nesting up to which a value is walked; what is deeper is left to devalue, which tells cycles apart. */
const plainDepthMax = 64;

/** Whether JSON.parse(JSON.stringify(value)) is the same value. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object') return false;
  if (depth === plainDepthMax) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlain(item, depth + 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  if ('toJSON' in value || Object.hasOwn(value, '__proto__')) return false;
  for (const key in value) {
    if (!isPlain((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}

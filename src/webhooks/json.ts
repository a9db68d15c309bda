// JSON: reading a body that was signed but may still be hostile. One linear scan bounds depth and width before JSON.parse,
// because V8 parses 500 000 levels and whatever walks the value afterwards overflows the stack (measured on workerd, 2026).
import { err, ok, type Result } from '../core/result.ts';
import { textOf } from './encoding.ts';

/** Levels of nesting a body may have. The deepest known vendor payload has about 20. */
const jsonDepthMax = 64;

/** Members of objects and items of arrays in one body. The widest known batch (Meta, 1 000 updates) has some 30 000. */
export const jsonMembersMax = 65_536;

export type JsonError = 'not-json' | 'too-deep' | 'too-many-members';

/**
 * The value of a JSON body. Invalid UTF-8, a byte-order mark, and anything after the value are `not-json`.
 * Duplicate members: the last wins, as JSON.parse has it, and nothing else reads the bytes again (RFC 8259 section 4).
 * Numbers beyond 2^53 lose digits as everywhere in JavaScript; ids are never taken from such numbers (`pick` in template.ts).
 */
export function parseJson(body: Uint8Array): Result<unknown, JsonError> {
  const excess = measure(body);
  if (excess !== undefined) return err(excess);
  const text = textOf(body);
  if (text === undefined) return err('not-json');
  try {
    return ok(JSON.parse(text));
  } catch {
    return err('not-json');
  }
}

/** The value at a dotted `path` of own members and array positions (`events.0.id`); undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  let here = value;
  for (const name of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = Reflect.get(here, name);
  }
  return here;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Counts levels and members without building anything. Ill-formed JSON is left to JSON.parse: here only the bounds matter. */
function measure(body: Uint8Array): 'too-deep' | 'too-many-members' | undefined {
  let depth = 0;
  let members = 0;
  let inString = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (inString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inString = false;
      continue;
    }
    switch (byte) {
      case quote:
        inString = true;
        break;
      case comma:
        members += 1;
        break;
      case openBracket:
      case openBrace:
        depth += 1;
        members += 1;
        if (depth > jsonDepthMax) return 'too-deep';
        break;
      case closeBracket:
      case closeBrace:
        depth -= 1;
        break;
      default:
        break;
    }
    if (members > jsonMembersMax) return 'too-many-members';
  }
  return undefined;
}

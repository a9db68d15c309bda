// JSON: how deep a text nests, found before it is parsed, and the one text of a value, made for fingerprints.

const quote = 0x22;
const bracketOpen = 0x5b;
const backslash = 0x5c;
const bracketClose = 0x5d;
const braceOpen = 0x7b;
const braceClose = 0x7d;

/**
 * Whether arrays and objects nest deeper than `max` anywhere in a JSON text: `[]` is 1 deep, `1` is 0.
 * One pass without recursion, so that no text is too deep to be judged; brackets within strings don't count. A text that is no
 * JSON gets an answer too, and is left to the parser.
 */
export function jsonDepthExceeds(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at += 1;
      else if (code === quote) inString = false;
    } else if (code === quote) {
      inString = true;
    } else if (code === bracketOpen || code === braceOpen) {
      depth += 1;
      if (depth > max) return true;
    } else if (code === bracketClose || code === braceClose) {
      depth -= 1;
    }
  }
  return false;
}

/**
 * The canonical JSON text of a parsed JSON value (RFC 8785): members sorted by UTF-16 code units, no whitespace, numbers as
 * ECMAScript prints them. Two texts that differ in member order, whitespace, escapes or the spelling of a number have the
 * same; numbers beyond 2^53 are what the parser made of them.
 * One departure: a lone surrogate, which the RFC refuses, is written as its escape, since it can come in a body that is to be
 * fingerprinted. Recursive: for values within `limit.jsonDepthMax`.
 * @throws {TypeError} for what JSON.parse never returns (undefined, a function, a bigint, NaN …): to hand it in is a bug.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value);
  throw new TypeError(
    `Cannot write canonical JSON as it must be a JSON value: current value is of type ${typeof value}`,
  );
}

function canonicalObject(value: object): string {
  // `<` compares UTF-16 code units, as section 3.2.3 asks.
  const members: [string, unknown][] = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

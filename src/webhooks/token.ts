// Token: a compact JWS taken apart, strictly: canonical base64url, objects for header and claims, nothing before or after (RFC 7515).
import { decodeBinary, textOf } from './encoding.ts';
import { parseJson } from './json.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface Token {
  readonly header: JsonObject;
  /** Empty where the payload is detached. */
  readonly claims: JsonObject;
  /** The segments as they came. */
  readonly protected: string;
  readonly payload: string;
  readonly signature: string;
}

/** The token's parts; undefined where `text` is not exactly one. Nothing is verified here. */
export function readToken(text: string, isDetached = false): Token | undefined {
  const [head = '', payload = '', signature = '', ...more] = text.split('.');
  if (more.length > 0 || (payload === '') !== isDetached || decodeSegment(signature) === undefined)
    return undefined;
  const header = readObject(head);
  const claims = isDetached ? {} : readObject(payload);
  if (header === undefined || claims === undefined) return undefined;
  return { header, claims, protected: head, payload, signature };
}

function readObject(segment: string): JsonObject | undefined {
  const bytes = decodeSegment(segment);
  const json = bytes === undefined || textOf(bytes) === undefined ? undefined : parseJson(bytes);
  return json?.ok === true && isObject(json.value) ? json.value : undefined;
}

function decodeSegment(segment: string): Uint8Array | undefined {
  return segment.includes('=') ? undefined : decodeBinary(segment, 'base64url');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

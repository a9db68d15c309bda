// JSON body: reads a request's body as JSON, and holds it against a schema.
import type { z } from 'zod';
import type { Failure, InputIssue } from '../core/failure.ts';
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';
import { parseJson, type JsonError } from '../webhooks/json.ts';
import { readBody } from './middleware/body.ts';

const unreadable: Readonly<Record<JsonError, string>> = {
  'not-json': 'The body is not JSON in UTF-8.',
  'too-deep': 'The JSON is nested too deeply.',
  'too-many-members': 'The JSON has too many members.',
};

/** JSON and nothing else; UTF-8 and nothing else (RFC 8259 section 8.1). */
const mediaTypePattern = /^application\/(?:[a-z0-9.+-]+\+)?json *(?:; *charset="?utf-8"? *)?$/i;

/** Issues that an answer lists: an array of a thousand wrong items needs no thousand sentences to be understood. */
const issuesMax = 100;

/** The body's value. No body is `null`: what needs no input is asked for by a bare request. */
export async function readJson(request: Request): Promise<Result<unknown, Failure>> {
  const body = await readBody(request, limit.bodyBytesMax);
  if (!body.ok) return body;
  const mediaType = request.headers.get('content-type');
  if (body.value.byteLength === 0) return ok(null);
  if (mediaType === null || !mediaTypePattern.test(mediaType)) {
    return err({ kind: 'media-type', accepted: ['application/json'] });
  }
  const value = parseJson(body.value);
  return value.ok ? value : err({ kind: 'body-unreadable', detail: unreadable[value.error] });
}

/** The body's value as a schema reads it. */
export async function readInput<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<Result<z.output<Schema>, Failure>> {
  const value = await readJson(request);
  if (!value.ok) return value;
  const parsed = await schema.safeParseAsync(value.value);
  return parsed.success ? ok(parsed.data) : err({ kind: 'input-invalid', issues: toIssues(parsed.error) });
}

/** What a schema found wrong, as a problem document lists it. */
export function toIssues({ issues }: z.ZodError): readonly InputIssue[] {
  return issues
    .slice(0, issuesMax)
    .map(({ path, message }) => ({ pointer: toPointer(path), detail: message }));
}

/** A path as a JSON Pointer (RFC 6901 section 3). */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

// Workflow execution: `/v1/workflows/{workflow}/executions`, where a caller of the API starts one.
import { z } from 'zod';
import type { Accepted, AcceptRequest } from '../../core/acceptance.ts';
import { executionPath, executionStatusSchema } from '../../core/execution.ts';
import type { Failure, InputIssue } from '../../core/failure.ts';
import { shardOf } from '../../core/id.ts';
import { parseIdempotencyKey } from '../../core/idempotency.ts';
import { canonicalJson } from '../../core/json.ts';
import { limit } from '../../core/limit.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { WorkflowDefinition } from '../../engine/define.ts';
import { parseJson, type JsonError } from '../../webhooks/json.ts';
import { acceptAll, writeData, type WorkflowObjectOf } from '../dispatch.ts';
import { jsonAnswer, type Answer, type Exchange, type Outcome, type Resource } from '../exchange.ts';
import { readBody } from '../middleware/body.ts';
import { rateHeaders } from '../problem.ts';

/** The body of a 202: the execution as it was accepted. A repeated request gets the same one. */
export const executionAcceptedSchema = z.object({
  id: z.string(),
  workflow: z.string(),
  status: executionStatusSchema,
  statusUrl: z.string(),
});

type ExecutionAccepted = z.infer<typeof executionAcceptedSchema>;

export interface WorkflowExecutionParts {
  readonly workflows: ReadonlyMap<string, WorkflowDefinition>;
  readonly objectOf: WorkflowObjectOf;
}

/** Starts an execution for the body. Who asks is known by then. */
export function workflowExecutionRoute({ workflows, objectOf }: WorkflowExecutionParts): Resource {
  return {
    POST: async (exchange) => {
      const workflow = workflows.get(exchange.param('workflow'));
      if (workflow === undefined) return err({ kind: 'not-found', what: 'workflow' });
      const key = readKey(exchange.request.headers);
      if (!key.ok) return key;
      const input = await readInput(exchange.request);
      if (!input.ok) return input;
      const issues = await findIssues(workflow, input.value);
      if (issues.length > 0) return err({ kind: 'input-invalid', issues });
      return start(workflow, key.value, input.value, exchange, objectOf);
    },
  };
}

function readKey(headers: Headers): Result<string | undefined, Failure> {
  const header = headers.get('idempotency-key');
  if (header === null) return ok(undefined);
  const key = parseIdempotencyKey(header);
  return key.ok ? key : err({ kind: 'idempotency-key-malformed', detail: key.error });
}

const unreadable: Readonly<Record<JsonError, string>> = {
  'not-json': 'The body is not JSON in UTF-8.',
  'too-deep': 'The JSON is nested too deeply.',
  'too-many-members': 'The JSON has too many members.',
};

/** JSON and nothing else; UTF-8 and nothing else (RFC 8259 section 8.1). */
const mediaTypePattern = /^application\/(?:[a-z0-9.+-]+\+)?json *(?:; *charset="?utf-8"? *)?$/i;

/** The body's value. No body is `null`: a workflow without an input is started by a bare POST. */
async function readInput(request: Request): Promise<Result<unknown, Failure>> {
  const body = await readBody(request, limit.bodyBytesMax);
  if (!body.ok) return body;
  const mediaType = request.headers.get('content-type');
  if (body.value.byteLength === 0) return ok(null);
  if (mediaType === null || !mediaTypePattern.test(mediaType))
    return err({ kind: 'media-type', accepted: ['application/json'] });
  const value = parseJson(body.value);
  return value.ok ? value : err({ kind: 'body-unreadable', detail: unreadable[value.error] });
}

/** Issues that an answer lists: an array of a thousand wrong items needs no thousand sentences to be understood. */
const issuesMax = 100;

async function findIssues({ input }: WorkflowDefinition, value: unknown): Promise<readonly InputIssue[]> {
  const parsed = await input.safeParseAsync(value);
  if (parsed.success) return [];
  return parsed.error.issues
    .slice(0, issuesMax)
    .map(({ path, message }) => ({ pointer: toPointer(path), detail: message }));
}

/** A path as a JSON Pointer (RFC 6901 section 3). */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

async function start(
  { name, limits }: WorkflowDefinition,
  key: string | undefined,
  input: unknown,
  exchange: Exchange,
  objectOf: WorkflowObjectOf,
): Promise<Outcome> {
  // The value as it came, not as the schema has made it: the schema is applied again when the execution runs.
  const data = writeData(input);
  if (!data.ok) return data;
  const id = crypto.randomUUID();
  // Two scopes: no caller's key can be the random one of another request.
  const scoped = key === undefined ? `api:${id}` : `api-key:${key}`;
  const request: AcceptRequest = {
    workflow: name,
    shard: shardOf(scoped, limits.shards),
    key: scoped,
    ...(key === undefined ? {} : { fingerprint: await fingerprintOf(input) }),
    event: {
      id,
      type: 'dev.signalbox.execution.requested',
      source: 'api',
      time: exchange.now.toISOString(),
    },
    data: data.value,
    traceparent: exchange.traceparent,
  };
  const accepted = await acceptAll([request], objectOf, exchange);
  if (!accepted.ok) return accepted;
  const [execution] = accepted.value;
  return execution === undefined ? err({ kind: 'internal' }) : ok(toAnswer(name, execution));
}

/**
 * SHA-256 of the canonical JSON (RFC 8785), hex: the same input written otherwise, with other whitespace or another order of
 * members, is the same request.
 */
async function fingerprintOf(input: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(input));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The first answer, also where it is given again: an execution is `pending` when it is accepted, and how far it has come since is
 * for its status endpoint to say.
 */
function toAnswer(workflow: string, { id, duplicate, limits }: Accepted): Answer {
  const statusUrl = executionPath(id);
  const body: ExecutionAccepted = { id, workflow, status: 'pending', statusUrl };
  return jsonAnswer(202, body, {
    Location: statusUrl,
    ...(duplicate ? { 'Idempotency-Replayed': 'true' } : {}),
    ...rateHeaders(limits),
  });
}

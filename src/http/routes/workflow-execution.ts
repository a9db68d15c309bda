// Workflow execution: `/v1/workflows/{workflow}/executions`, where a caller of the API starts one, and lists them.
import * as z from 'zod';
import type { Accepted, AcceptRequest } from '../../core/acceptance.ts';
import { executionPath, executionStatusSchema } from '../../core/execution.ts';
import { shardOf } from '../../core/id.ts';
import { canonicalJson } from '../../core/json.ts';
import { err, ok } from '../../core/result.ts';
import type { WorkflowDefinition } from '../../engine/define.ts';
import type { ControlObjectOf } from '../control.ts';
import { acceptAll, writeData, type WorkflowObjectOf } from '../dispatch.ts';
import { listExecutions } from '../execution-list.ts';
import { jsonAnswer, type Answer, type Exchange, type Outcome, type Resource } from '../exchange.ts';
import { readIdempotencyKey } from '../idempotency-key.ts';
import { readJson, toIssues } from '../json-body.ts';
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
  readonly objectOf: ControlObjectOf;
}

/** Lists executions, and starts one for the body. Who asks is known by then. */
export function workflowExecutionRoute({ workflows, objectOf }: WorkflowExecutionParts): Resource {
  return {
    GET: async (exchange) => {
      const workflow = workflows.get(exchange.param('workflow'));
      if (workflow === undefined) return err({ kind: 'not-found', what: 'workflow' });
      return listExecutions(workflow, exchange, objectOf);
    },
    POST: async (exchange) => {
      const workflow = workflows.get(exchange.param('workflow'));
      if (workflow === undefined) return err({ kind: 'not-found', what: 'workflow' });
      const key = readIdempotencyKey(exchange.request.headers);
      if (!key.ok) return key;
      const input = await readJson(exchange.request);
      if (!input.ok) return input;
      const parsed = await workflow.input.safeParseAsync(input.value);
      if (!parsed.success) return err({ kind: 'input-invalid', issues: toIssues(parsed.error) });
      return start(workflow, key.value, input.value, exchange, objectOf);
    },
  };
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

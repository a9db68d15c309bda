// Execution list: the executions of a workflow over all its shards, newest first, in pages with stable cursors.
import { z } from 'zod';
import type { ControlRpc, ListedExecution } from '../core/control.ts';
import { executionPath, executionStatusSchema } from '../core/execution.ts';
import { limit } from '../core/limit.ts';
import { err, ok } from '../core/result.ts';
import { formatSerial, parseSerial } from '../core/serial.ts';
import type { WorkflowDefinition } from '../engine/define.ts';
import { unavailable } from './dispatch.ts';
import { jsonAnswer, type Exchange, type Outcome } from './exchange.ts';

/** Executions of a page where the caller names no number. */
const pageDefault = 20;

const momentSchema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** The query: what is unknown is refused, so that a misspelt filter does not list everything. */
export const listQuerySchema = z.strictObject({
  status: executionStatusSchema.optional(),
  since: momentSchema.optional(),
  until: momentSchema.optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().max(limit.listMax))
    .optional(),
  cursor: z
    .string()
    .transform((text) => parseSerial(text) ?? -1)
    .pipe(z.int().min(0, 'must be a cursor that a list has given'))
    .optional(),
});

/** The body of a 200. */
export const executionListSchema = z.object({
  executions: z.array(
    z.object({
      id: z.string(),
      version: z.string(),
      status: executionStatusSchema,
      event: z.object({ id: z.string(), type: z.string(), source: z.string() }),
      createdAt: z.iso.datetime(),
      endedAt: z.iso.datetime().nullable(),
      statusUrl: z.string(),
    }),
  ),
});

/** Answers one page, with a `Link` to the next (RFC 8288) where there may be one. */
export async function listExecutions(
  { name, limits }: WorkflowDefinition,
  exchange: Exchange,
  objectOf: (workflow: string, shard: number) => Pick<ControlRpc, 'list'>,
): Promise<Outcome> {
  const url = new URL(exchange.request.url);
  const query = listQuerySchema.safeParse(Object.fromEntries(url.searchParams));
  if (!query.success) {
    const [issue] = query.error.issues;
    const parameter = String(
      issue?.path[0] ?? (issue?.code === 'unrecognized_keys' ? issue.keys[0] : 'query'),
    );
    return err({
      kind: 'parameter-invalid',
      parameter,
      detail: `The query's '${parameter}' is wrong: ${issue?.message ?? ''}.`,
    });
  }
  const { limit: max = pageDefault, cursor, status, since, until } = query.data;
  const question = {
    max,
    ...(cursor === undefined ? {} : { before: cursor }),
    ...(status === undefined ? {} : { status }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  let pages: ListedExecution[][];
  try {
    const shards = Array.from({ length: limits.shards }, (_, shard) => shard);
    pages = await Promise.all(shards.map((shard) => objectOf(name, shard).list(question)));
  } catch (fault) {
    exchange.report('list-failed', fault);
    return err(unavailable);
  }
  // Serials are moments: over several shards they give one order, and two of the same are told apart by their ids.
  const listed = pages
    .flat()
    .toSorted((a, b) => b.serial - a.serial)
    .slice(0, max);
  const body: z.infer<typeof executionListSchema> = { executions: listed.map(toListed) };
  const last = listed.at(-1);
  const more = last !== undefined && listed.length === max;
  if (more) url.searchParams.set('cursor', formatSerial(last.serial));
  return ok(
    jsonAnswer(200, body, {
      'Cache-Control': 'private, no-cache',
      ...(more ? { Link: `<${url.pathname}${url.search}>; rel="next"` } : {}),
    }),
  );
}

function toListed({ id, version, status, event, createdAt, endedAt }: ListedExecution) {
  return {
    id,
    version,
    status,
    event,
    createdAt: new Date(createdAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    statusUrl: executionPath(id),
  };
}

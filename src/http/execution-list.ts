// Execution list: the executions of a workflow over all its shards, newest first, in pages with stable cursors.
//
// Each shard gives its serials by itself, so two of them can give the same one. The order is that of the serials, and among equal ones
// that of the shards: a cursor names both, or a page that ends between the two would lose one.
import * as z from 'zod';
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

/** The last execution of a page. */
interface Cursor {
  readonly serial: number;
  readonly shard: number;
}

function formatCursor({ serial, shard }: Cursor): string {
  return `${formatSerial(serial)}.${shard}`;
}

function parseCursor(text: string): Cursor | undefined {
  const [, digits = '', shard = ''] = /^([0-9a-z]+)\.(0|[1-9]\d{0,3})$/.exec(text) ?? [];
  const serial = parseSerial(digits);
  return serial === undefined || Number(shard) >= limit.shardsMax
    ? undefined
    : { serial, shard: Number(shard) };
}

/** Where a shard goes on after the cursor: among equal serials the lower shards come first. Serials before it, exclusive. */
function beforeOf({ serial, shard }: Cursor, of: number): number {
  return of > shard ? serial + 1 : serial;
}

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
    .transform((text, context) => {
      const cursor = parseCursor(text);
      if (cursor !== undefined) return cursor;
      context.addIssue({ code: 'custom', message: 'must be a cursor that a list has given' });
      return z.NEVER;
    })
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
    ...(status === undefined ? {} : { status }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  let pages: (ListedExecution & Cursor)[][];
  try {
    pages = await Promise.all(
      Array.from({ length: shardsOf(limits) }, async (_, shard) => {
        const before = cursor === undefined ? {} : { before: beforeOf(cursor, shard) };
        const page = await objectOf(name, shard).list({ ...question, ...before });
        return page.map((execution) => ({ ...execution, shard }));
      }),
    );
  } catch (fault) {
    exchange.report('list-failed', fault);
    return err(unavailable);
  }
  const listed = pages
    .flat()
    .toSorted((a, b) => b.serial - a.serial || a.shard - b.shard)
    .slice(0, max);
  const body: z.infer<typeof executionListSchema> = { executions: listed.map(toListed) };
  const last = listed.at(-1);
  const more = last !== undefined && listed.length === max;
  if (more) url.searchParams.set('cursor', formatCursor(last));
  return ok(
    jsonAnswer(200, body, {
      'Cache-Control': 'private, no-cache',
      ...(more ? { Link: `<${url.pathname}${url.search}>; rel="next"` } : {}),
    }),
  );
}

/** The shards that a workflow has, and those that it once had: their executions are kept as long as any. */
function shardsOf({ shards, shardsBefore = [] }: WorkflowDefinition['limits']): number {
  return Math.max(shards, ...shardsBefore);
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

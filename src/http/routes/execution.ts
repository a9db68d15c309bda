// Execution: `/v1/executions/{id}`, how far it is. A status endpoint is asked again and again, so most answers cost little: a 304,
// a word on when to ask again, and none that is final reaches an object twice from the same isolate.
import { shownExecutionSchema, type StatusAnswer } from '../../core/execution.ts';
import type { Failure } from '../../core/failure.ts';
import { parseExecutionId } from '../../core/id.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { WorkflowRpc } from '../../core/acceptance.ts';
import * as z from 'zod';
import { askObject, shownAnswer, type ControlParts } from '../control.ts';
import { readInput } from '../json-body.ts';
import { isUnchanged, matchingTags } from '../condition.ts';
import { unavailable } from '../dispatch.ts';
import type { Answer, Exchange, Resource } from '../exchange.ts';
import { FinalCache } from '../final-cache.ts';
import { readWait } from '../preference.ts';

/** The body of a 200. */
export const executionSchema = shownExecutionSchema;

/** How long a caller may keep an execution that is over: it never changes again, but is deleted some weeks later. */
const finalMaxAgeSeconds = 3_600;

/** The body of a PATCH. */
export const executionChangeSchema = z.union([
  z.strictObject({ status: z.literal('suspended'), reason: z.string().max(1_000).optional() }),
  z.strictObject({ status: z.literal('running') }),
  /** `compensate`: whether the rollbacks of its steps run; default true. */
  z.strictObject({ status: z.literal('cancelled'), compensate: z.boolean().optional() }),
]);

/** Answers the status of one execution, and holds, resumes or cancels it. Who asks is known by then. */
export function executionRoute(parts: ControlParts): Resource {
  const { workflows, objectOf } = parts;
  const finals = new FinalCache();
  return {
    GET: async (exchange) => {
      const wait = readWait(exchange.request.headers.get('prefer'));
      if (!wait.ok) return wait;
      const text = exchange.param('id');
      const known = finals.get(text);
      if (known !== undefined) return ok(toAnswer(known, exchange, wait.value));
      const id = parseExecutionId(text);
      if (!id.ok || !workflows.has(id.value.workflow)) return err({ kind: 'not-found', what: 'execution' });
      const { workflow, shard } = id.value;
      const status = await ask(() => objectOf(workflow, shard), text, wait.value ?? 0, exchange);
      if (!status.ok) return status;
      finals.set(text, status.value);
      return ok(toAnswer(status.value, exchange, wait.value));
    },
    PATCH: async (exchange) => {
      const change = await readInput(exchange.request, executionChangeSchema);
      if (!change.ok) return change;
      const { status: to, ...more } = change.value;
      const id = exchange.param('id');
      const ifMatch = matchingTags(exchange.request.headers.get('if-match'));
      const changed = await askObject(parts, id, exchange, (object) =>
        object.change({ id, to, ifMatch, ...more }),
      );
      return changed.ok ? ok(shownAnswer(200, changed.value)) : changed;
    },
  };
}

/**
 * Asks the object, and holds the answer only where the caller has the present one, or names none: a change that came before
 * the question is told at once, not after the next.
 */
async function ask(
  reach: () => WorkflowRpc,
  id: string,
  waitSeconds: number,
  exchange: Exchange,
): Promise<Result<StatusAnswer, Failure>> {
  const ifNoneMatch = exchange.request.headers.get('if-none-match');
  try {
    const object = reach();
    let answer: StatusAnswer | undefined;
    if (waitSeconds === 0 || ifNoneMatch !== null) answer = await object.status({ id });
    const isHeld =
      waitSeconds > 0 &&
      (ifNoneMatch === null ||
        (answer !== undefined && !answer.final && isUnchanged(ifNoneMatch, answer.etag)));
    if (isHeld) answer = await object.status({ id, waitSeconds });
    return answer === undefined ? err({ kind: 'not-found', what: 'execution' }) : ok(answer);
  } catch (fault) {
    exchange.report('status-failed', fault);
    return err(unavailable);
  }
}

function toAnswer(
  { body, etag, final, retryAfterSeconds }: StatusAnswer,
  exchange: Exchange,
  waited: number | undefined,
): Answer {
  const isKnown = isUnchanged(exchange.request.headers.get('if-none-match'), etag);
  return {
    status: isKnown ? 304 : 200,
    headers: {
      ...(isKnown ? {} : { 'Content-Type': 'application/json' }),
      ETag: etag,
      'Cache-Control': final ? `private, max-age=${finalMaxAgeSeconds}` : 'private, no-cache',
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(waited === undefined ? {} : { 'Preference-Applied': `wait=${waited}` }),
    },
    body: isKnown ? null : body,
  };
}

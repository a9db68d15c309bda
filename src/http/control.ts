// Control: reaches the object of an execution, and turns what it answers into the wire's words.
import type { WorkflowRpc } from '../core/acceptance.ts';
import type { ControlRefusal, ControlRpc } from '../core/control.ts';
import type { DeliveryRpc } from '../core/delivery-log.ts';
import type { StatusAnswer } from '../core/execution.ts';
import type { Failure } from '../core/failure.ts';
import { parseExecutionId } from '../core/id.ts';
import { err, type Result } from '../core/result.ts';
import { unavailable } from './dispatch.ts';
import type { Answer, Exchange } from './exchange.ts';

/** Reaches the object that holds a shard of a workflow. */
export type ControlObjectOf = (workflow: string, shard: number) => WorkflowRpc & ControlRpc & DeliveryRpc;

export interface ControlParts {
  /** Names of the workflows that this box has. */
  readonly workflows: { has(name: string): boolean };
  readonly objectOf: ControlObjectOf;
}

/** Asks the object of the execution `id`; an id that leads nowhere is a 404, an object that can't be asked a 503. */
export async function askObject<T>(
  { workflows, objectOf }: ControlParts,
  id: string,
  exchange: Exchange,
  question: (object: WorkflowRpc & ControlRpc) => Promise<Result<T, ControlRefusal>>,
): Promise<Result<T, Failure>> {
  const parsed = parseExecutionId(id);
  if (!parsed.ok || !workflows.has(parsed.value.workflow))
    return err({ kind: 'not-found', what: 'execution' });
  try {
    return await question(objectOf(parsed.value.workflow, parsed.value.shard));
  } catch (fault) {
    exchange.report('control-failed', fault);
    return err(unavailable);
  }
}

/** An execution's representation as the answer to a change of it. */
export function shownAnswer(status: number, { body, etag }: StatusAnswer): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ETag: etag, 'Cache-Control': 'private, no-cache' },
    body,
  };
}

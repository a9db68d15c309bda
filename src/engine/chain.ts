// Chain: how many executions, each started by a step of the one before, led to this one. Without a bound a workflow that invokes
// itself, or emits the event that it is triggered by, would start executions for ever: nobody waits for the end of such a chain,
// and each link of it is a new execution with limits of its own.
import { z } from 'zod';
import { parseExecutionId } from '../core/id.ts';
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';
import { MisuseError } from './error.ts';
import type { StepLife } from './step-life.ts';

/** What an execution carries of its chain: with the step that invoked it, or with the event that was emitted. Absent: it begins one. */
const linkSchema = z.object({ depth: z.int().min(0).default(0) }).catch({ depth: 0 });

/**
 * How deep an execution lies that a step of this one starts; an error past `limit.chainDepthMax`.
 * @param what the step would do, such as `invoke 'a'`: for the error's sentence
 * @throws {StorageFault} which the step must let through
 */
export function nextDepth({ execution, label, ports }: StepLife, what: string): Result<number, MisuseError> {
  const id = parseExecutionId(execution);
  const record = id.ok ? ports.store.readExecution(id.value.serial) : undefined;
  const { depth } = linkSchema.parse(record?.parent ?? record?.event);
  if (depth < limit.chainDepthMax) return ok(depth + 1);
  const sentence = `Cannot ${what} in step '${label}' as executions may start one another at most ${limit.chainDepthMax} deep, and ${execution} lies as deep: does it start itself again and again?`;
  return err(new MisuseError(sentence));
}

/** What an execution is started with, and how deep it lies: whatever stores the one keeps the other with it. */
export function linked<Start extends object>(
  start: Start,
  depth: number,
): Start & { readonly depth: number } {
  return { ...start, depth };
}

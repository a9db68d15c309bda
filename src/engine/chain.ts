// Chain: how many executions, each started by a step of the one before, led to this one. Without a bound a workflow that invokes
// itself, or emits the event that it is triggered by, would start executions for ever: nobody waits for the end of such a chain,
// and each link of it is a new execution with limits of its own.
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';
import { MisuseError } from './error.ts';
import type { StepLife } from './step-life.ts';

/**
 * How deep an execution lies that a step of this one starts; an error past `limit.chainDepthMax`.
 * @param what the step would do, such as `invoke 'a'`: for the error's sentence
 */
export function nextDepth({ execution, depth, label }: StepLife, what: string): Result<number, MisuseError> {
  if (depth < limit.chainDepthMax) return ok(depth + 1);
  const sentence = `Cannot ${what} in step '${label}' as executions may start one another at most ${limit.chainDepthMax} deep, and ${execution} lies as deep: does it start itself again and again?`;
  return err(new MisuseError(sentence));
}

// Body: one call of a workflow's code with the event of its execution, and how it ended.
import type { WorkflowDefinition } from './define.ts';
import { toStepError } from './error.ts';
import type { Ending } from './phase.ts';
import type { ExecutionRecord } from './port.ts';
import type { Step } from './step.ts';
import { keepResult } from './steps/do.ts';

/** The event of an execution as the author's code gets it. */
export function eventOf(id: string, { name }: WorkflowDefinition, record: ExecutionRecord, data: unknown) {
  const { event, createdAt } = record;
  return {
    ...event,
    data,
    payload: data,
    timestamp: new Date(createdAt),
    instanceId: id,
    workflowName: name,
  };
}

/** Calls the workflow's code. What it throws, and a result that can't be kept, is an ending; it never rejects. */
export async function runBody(
  id: string,
  definition: WorkflowDefinition,
  record: ExecutionRecord,
  step: Step,
): Promise<Ending> {
  const { input, name, run } = definition;
  try {
    const parsed = await input.safeParseAsync(JSON.parse(record.data));
    if (!parsed.success) {
      const what = parsed.error.issues
        .map((issue) => `/${issue.path.join('/')}: ${issue.message}`)
        .join('; ');
      const message = `The event's data does not fit the workflow's input: ${what}`;
      return { error: { code: 'input-invalid', name: 'Error', message } };
    }
    const result = await run(eventOf(id, definition, record, parsed.data), step);
    return keepResult(`workflow '${name}'`, result);
  } catch (thrown) {
    return { error: toStepError(thrown) };
  }
}

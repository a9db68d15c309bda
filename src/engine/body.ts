// Body: one call of a workflow's code with the event of its execution, and how it ended.
import { limit } from '../core/limit.ts';
import type { StepError } from '../core/step.ts';
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
    const kept = keepResult(`workflow '${name}'`, result);
    return fitsRow(record.data, kept) ? kept : { error: tooLarge(name) };
  } catch (thrown) {
    return { error: toStepError(thrown) };
  }
}

/** Input and output lie in one row: past what it holds the storage would refuse the end of the execution, for ever. */
function fitsRow(data: string, kept: Ending): boolean {
  const output = 'output' in kept ? (kept.output ?? '') : '';
  // Cheap first: a UTF-16 unit is at most three bytes of UTF-8.
  if ((data.length + output.length) * 3 <= limit.executionRowBytesMax) return true;
  const encoder = new TextEncoder();
  return encoder.encode(data).byteLength + encoder.encode(output).byteLength <= limit.executionRowBytesMax;
}

function tooLarge(workflow: string): StepError {
  const message = `Cannot keep the result of workflow '${workflow}' as it and the input must be at most ${limit.executionRowBytesMax} bytes together; store it elsewhere and return where`;
  return { code: 'misuse', name: 'MisuseError', message, retryable: false };
}

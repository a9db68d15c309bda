// Errors of a workflow's code: what an author throws and catches, and how it becomes plain data.
import type { StepError } from '../core/step.ts';

/** Thrown inside a step: trying again cannot help, so the step fails at once. */
export class NonRetryableError extends Error {
  override name = 'NonRetryableError';
}

/** What a failed step throws at the workflow's code, on the first run and on every replay alike. */
export class StepFault extends Error {
  /** Name of the error that the last attempt threw. */
  override readonly name: string;
  readonly code: string;
  /** The name of the step that failed. */
  readonly step: string | undefined;
  /** The status a peer answered, for `http` and `poll`. */
  readonly httpStatus: number | undefined;

  constructor(error: StepError) {
    super(error.message);
    this.name = error.name;
    this.code = error.code;
    this.step = error.step;
    this.httpStatus = error.httpStatus;
  }
}

/** Thrown at a workflow's code that uses the step API wrongly; the execution faults with its message. */
export class MisuseError extends Error {
  override name = 'MisuseError';
}

/**
 * The platform's storage failed. Never a step's failure: the run is dropped, nothing is journaled, and the journal carries a
 * later run to where it was.
 */
export class StorageFault extends Error {
  override name = 'StorageFault';
}

/** Longest message that is journaled, in UTF-16 units: a peer's whole HTML page is no message. */
const messageLengthMax = 2_000;

/** Anything thrown, as plain data. */
export function toStepError(thrown: unknown, step?: string): StepError {
  const at = step === undefined ? {} : { step };
  if (thrown instanceof StepFault) {
    return {
      code: thrown.code,
      name: thrown.name,
      message: thrown.message,
      ...(thrown.step === undefined ? at : { step: thrown.step }),
      ...(thrown.httpStatus === undefined ? {} : { httpStatus: thrown.httpStatus }),
    };
  }
  if (!(thrown instanceof Error)) {
    return { code: 'error', name: 'Error', message: brief(describeValue(thrown)), ...at };
  }
  const name = textOf(thrown, 'name') ?? 'Error';
  // By name, not by class: Cloudflare's own NonRetryableError counts too, and classes do not survive a bundle's edges.
  const final = name === 'NonRetryableError' || thrown instanceof MisuseError;
  const code = thrown instanceof MisuseError ? 'misuse' : final ? 'non-retryable' : 'error';
  return {
    code,
    name,
    message: brief(textOf(thrown, 'message') ?? ''),
    ...at,
    ...(final ? { retryable: false } : {}),
  };
}

function brief(message: string): string {
  return message.length <= messageLengthMax ? message : `${message.slice(0, messageLengthMax)}…`;
}

/** An error's own text: a library may have put anything there, or a getter that throws. */
function textOf(error: Error, member: 'name' | 'message'): string | undefined {
  try {
    const value: unknown = error[member];
    return value === undefined ? undefined : describeValue(value);
  } catch {
    return undefined;
  }
}

/** Any value as text for an error's sentence. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

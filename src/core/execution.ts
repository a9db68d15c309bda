// Execution: one run of one version of a workflow for one event; its statuses, and how it is shown on the wire.
import * as z from 'zod';
import { eventAttributesSchema } from './event.ts';

/** Statuses of the CNCF Serverless Workflow specification 1.0; the last three are final. */
export const executionStatusSchema = z.enum([
  'pending',
  'running',
  'waiting',
  'suspended',
  'cancelled',
  'faulted',
  'completed',
]);

export type ExecutionStatus = z.infer<typeof executionStatusSchema>;
export type FinalStatus = Extract<ExecutionStatus, 'cancelled' | 'faulted' | 'completed'>;

/** True for a status that never changes again. */
export function isFinal(status: ExecutionStatus): status is FinalStatus {
  return status === 'cancelled' || status === 'faulted' || status === 'completed';
}

const shownErrorSchema = z.object({
  code: z.string(),
  name: z.string(),
  message: z.string(),
  step: z.string().optional(),
  httpStatus: z.int().optional(),
});

const shownAttemptSchema = z.object({
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  error: shownErrorSchema.optional(),
});

const shownStepSchema = z.object({
  name: z.string(),
  kind: z.string(),
  status: z.enum(['running', 'waiting', 'cancelled', 'faulted', 'completed']),
  attempts: z.array(shownAttemptSchema),
  nextAttemptAt: z.iso.datetime().optional(),
  output: z.unknown().optional(),
  /** In place of an output that is too large to be shown with the others: its bytes of UTF-8, as they are kept. */
  outputOmittedBytes: z.int().optional(),
});

/** `GET /v1/executions/{id}`: times are ISO 8601 UTC, absent moments are null. */
export const shownExecutionSchema = z.object({
  id: z.string(),
  workflow: z.string(),
  version: z.string(),
  status: executionStatusSchema,
  /** Why it is suspended; absent otherwise. */
  reason: z.string().optional(),
  event: eventAttributesSchema.pick({ id: true, type: true, source: true }),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  steps: z.array(shownStepSchema),
  output: z.unknown().nullable(),
  /** Where `output` is null because it is too large to be shown: its bytes of UTF-8, as they are kept. */
  outputOmittedBytes: z.int().optional(),
  error: shownErrorSchema.nullable(),
  links: z.record(z.string(), z.string()),
});

export type ShownExecution = z.infer<typeof shownExecutionSchema>;
export type ShownStep = z.infer<typeof shownStepSchema>;
export type ShownAttempt = z.infer<typeof shownAttemptSchema>;

/** The path of an execution's status endpoint: the `Location` of a 202. */
export function executionPath(id: string): string {
  return `/v1/executions/${id}`;
}

/** What a status question answers: the representation as JSON text, so that nothing on its way parses it again. */
export interface StatusAnswer {
  /** A {@link ShownExecution} as JSON text. */
  readonly body: string;
  /** Strong validator of `body`, quoted, as `ETag` wants it (RFC 9110 section 8.8.3). */
  readonly etag: string;
  /** True once nothing can change any more. */
  readonly final: boolean;
  /** When a change can be expected, in whole seconds from now (≥ 1); absent when final or when only an event can wake it. */
  readonly retryAfterSeconds?: number;
}

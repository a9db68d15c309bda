// The authoring API: what a workflow imports, and all it may import.
import type { EventTrigger, ScheduleTrigger, WebhookTrigger } from '../core/trigger.ts';

export type { Duration } from '../core/duration.ts';
export type { WorkflowEvent } from '../core/event.ts';
export {
  defineWorkflow,
  type WorkflowDefinition,
  type WorkflowLimits,
  type WorkflowOptions,
} from './define.ts';
export { entrypoint, WorkflowEntrypoint } from './entrypoint.ts';
export { NonRetryableError, StepFault } from './error.ts';
export {
  bearer,
  type HttpRequest,
  type HttpResponse,
  type OAuthClientCredentials,
  secret,
  type SecretValue,
} from './outbound/request.ts';
export { url } from './outbound/url.ts';
export type {
  ApprovalLink,
  Decision,
  PollOptions,
  RollbackContext,
  Step,
  StepConfig,
  StepContext,
  StepEvent,
  StepRetries,
  // The name under which Cloudflare Workflows has it.
  Step as WorkflowStep,
} from './step.ts';

/** Starts the workflow for a source's events; `types` are globs such as `com.shopify.orders.*`. */
export function webhook(trigger: Omit<WebhookTrigger, 'kind'>): WebhookTrigger {
  return { kind: 'webhook', ...trigger };
}

type Declared<T> = T extends unknown ? Omit<T, 'kind'> : never;

/** Starts the workflow by the clock: `{ name, cron, timeZone? }` or `{ name, every }`. */
export function schedule(trigger: Declared<ScheduleTrigger>): ScheduleTrigger {
  return { kind: 'schedule', ...trigger };
}

/** Starts the workflow for events that other workflows emit; globs as with {@link webhook}. */
export function event(...types: string[]): EventTrigger {
  return { kind: 'event', types };
}

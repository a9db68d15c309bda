// Event: what a genuine delivery says, normalised as a CloudEvent 1.0 (CloudEvents spec v1.0.2, "Required attributes").
import * as z from 'zod';

/** The attributes of an event without its data: what an execution shows of the event that started it. */
export const eventAttributesSchema = z.object({
  /** The vendor's own id of the event, or one derived from signed data; at most 512 bytes. */
  id: z.string(),
  /** Reverse-DNS type, such as `com.shopify.orders.create`. */
  type: z.string(),
  /** The source that received it, or `api`, `schedule`, `workflow` for the other triggers. */
  source: z.string(),
  /** When it happened (RFC 3339, UTC), or when it was received where the vendor does not say. */
  time: z.string(),
  subject: z.string().optional(),
  /** How deep in a chain of executions it was emitted, each started by a step of the one before; absent: by none. */
  depth: z.int().min(0).optional(),
});

export type EventAttributes = z.infer<typeof eventAttributesSchema>;

/** An event as a workflow's `run` gets it: a CloudEvent, and the same under the names of Cloudflare's `WorkflowEvent`. */
export interface WorkflowEvent<Data> extends EventAttributes {
  readonly data: Data;
  /** `data` again, under Cloudflare Workflows' name. */
  readonly payload: Data;
  /** When the execution was accepted. */
  readonly timestamp: Date;
  /** The execution's id. */
  readonly instanceId: string;
  readonly workflowName: string;
}

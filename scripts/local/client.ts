// A caller of the service: delivers events and reads executions over HTTP, and takes no answer unread.
import { z } from 'zod';
import { type ShownExecution, shownExecutionSchema } from '../../src/core/execution.ts';

/** The body of a delivery's 202, as far as callers need it. */
export const deliveredSchema = z.object({
  event: z.string(),
  executions: z.array(z.object({ id: z.string(), workflow: z.string(), statusUrl: z.string() })),
  duplicate: z.boolean().optional(),
});

/** A delivery as a vendor makes it. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** POSTs a delivery to a source's webhook URL. Rejects where nobody listens. */
export async function deliver(serviceUrl: string, source: string, delivery: Delivery): Promise<Response> {
  return fetch(`${serviceUrl}/v1/hooks/${source}`, { method: 'POST', ...delivery });
}

/**
 * Reads an execution's status.
 * @throws {Error} where it answers anything but 200 and a body that fits the contract.
 */
export async function readExecution(
  serviceUrl: string,
  rootKey: string,
  path: string,
): Promise<ShownExecution> {
  const response = await fetch(`${serviceUrl}${path}`, { headers: { Authorization: `Bearer ${rootKey}` } });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}: ${text}`);
  return shownExecutionSchema.parse(JSON.parse(text));
}

/** Whether `error` says that nobody listened or the connection broke: what a caller sees of a service that died. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed';
}

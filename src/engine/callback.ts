// Callback: tells a URL that an execution has ended. It is an execution of its own, stored in the commit that ends the other: so it
// is retried, found again after a crash, and shown, like any other.
import * as z from 'zod';
import type { AcceptRequest } from '../core/acceptance.ts';
import { limit } from '../core/limit.ts';
import { showAsJson } from './codec.ts';
import type { CallbackOptions, WorkflowDefinition } from './define.ts';
import { StepFault } from './error.ts';
import type { ShardIdentity } from './identity.ts';
import { send } from './outbound/send.ts';
import type { Outcome, Ports } from './port.ts';
import { omitted } from './shown-output.ts';

/** The version under which callbacks run; no author's version begins with a dollar. */
export const callbackVersion = '$callback';

const inputSchema = z.object({ url: z.string(), secret: z.string(), message: z.string(), body: z.string() });

/** Attempts over some three days, as Standard Webhooks recommends (specification 1.0.0, "Deliverability and reliability"). */
const retries = { limit: 12, delay: '30 seconds', maxDelay: '12 hours' } as const;

/** What is accepted for the callback of an execution that has just ended. */
export function callbackRequest(
  id: string,
  identity: ShardIdentity,
  { url, secret }: CallbackOptions,
  outcome: Outcome,
): AcceptRequest {
  const time = new Date(outcome.endedAt).toISOString();
  const type = `dev.signalbox.execution.${outcome.status}`;
  const { error = null } = outcome;
  const head = JSON.stringify({ type, timestamp: time }).slice(0, -1);
  const data = JSON.stringify({ id, workflow: identity.workflow, status: outcome.status, error }).slice(
    0,
    -1,
  );
  const inputOf = (output: string) =>
    JSON.stringify({ url, secret, message: `msg_${id}`, body: `${head},"data":${data},${output}}}` });
  const shown = showAsJson(outcome.output, limit.rowTextBytesMax);
  const whole = shown === undefined ? undefined : inputOf(`"output":${shown}`);
  return {
    ...identity,
    key: `callback:${id}`,
    event: { id: `callback:${id}`, type, source: `/v1/executions/${id}`, time, subject: id },
    // It is the input of an execution, in one row: what it has no place for is left to the status.
    data:
      whole !== undefined && fitsRow(whole)
        ? whole
        : inputOf(`"output":null,${omitted(outcome.output ?? '')}`),
  };
}

function fitsRow(data: string): boolean {
  // Cheap first: a UTF-16 unit is at most three bytes of UTF-8.
  if (data.length * 3 <= limit.rowTextBytesMax) return true;
  return new TextEncoder().encode(data).byteLength <= limit.rowTextBytesMax;
}

/** The workflow that sends callbacks. */
export function callbackDefinition(
  name: string,
  ports: Ports,
  retainMs: WorkflowDefinition['retainMs'],
): WorkflowDefinition {
  return {
    name,
    version: callbackVersion,
    triggers: [],
    input: inputSchema,
    secrets: [],
    limits: { shards: 1, deadlineMs: undefined },
    retainMs,
    onFailure: undefined,
    callback: undefined,
    run: async (event, step) => {
      const { url, secret, message, body } = inputSchema.parse(event.data);
      return step.do('tell', { retries }, async ({ signal }) => {
        const headers = await ports.signCallback(secret, message, Math.floor(ports.clock.now() / 1000), body);
        const request = {
          method: 'POST' as const,
          url,
          headers: { ...headers, 'content-type': 'application/json' },
          body,
        };
        const sent = await send(request, { secrets: [], signal }, ports.outbound);
        if (sent.ok) return { status: sent.value.status };
        // Every failure is tried again, a 404 too: an endpoint that is being deployed answers so. 410 means stop (specification 1.0.0).
        throw Object.assign(
          new StepFault(sent.error),
          sent.error.httpStatus === 410 ? { name: 'NonRetryableError' } : {},
        );
      });
    },
  };
}

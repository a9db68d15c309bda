// The shipped code with workflows that call slow peers, and objects that tell for how long they were busy: docs/adr/0007.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import type { WorkflowRpc } from '../../src/core/acceptance.ts';
import type { ControlRpc } from '../../src/core/control.ts';
import { defineWorkflow } from '../../src/engine/index.ts';
import { signalbox } from '../../src/signalbox.ts';

/** What this process is busy with now, and for how long it was busy with something, ms: overlapping pieces of work count once. */
const busy = { count: 0, since: 0, totalMs: 0 };

function begin(): void {
  if (busy.count === 0) busy.since = Date.now();
  busy.count += 1;
}

function end(): void {
  busy.count -= 1;
  if (busy.count === 0) busy.totalMs += Date.now() - busy.since;
}

async function counted<T>(work: () => Promise<T>): Promise<T> {
  begin();
  try {
    return await work();
  } finally {
    end();
  }
}

const send = globalThis.fetch;
// The platform bills an object while it awaits an answer: so does this.
globalThis.fetch = async (...request) => counted(async () => send(...request));

const inputSchema = z.object({ url: z.string().optional() });

/** One request where there is a URL, else nothing: both in the same object. */
const calling = defineWorkflow(
  { name: 'calling', version: '1', input: inputSchema },
  async ({ data: { url } }, step) => {
    if (url !== undefined) await step.http('call', { url, timeout: '10 minutes' });
  },
);

/** Asks every 5 seconds whether a job is done. */
const polling = defineWorkflow(
  { name: 'polling', version: '1', input: z.object({ url: z.string() }) },
  async ({ data: { url } }, step) => {
    await step.poll('ask', {
      request: { url, response: z.object({ done: z.boolean() }) },
      interval: '5 seconds',
      until: ({ body }) => body.done,
    });
  },
);

/** Waits until it is told that a job is done. */
const told = defineWorkflow(
  { name: 'told', version: '1', input: z.object({ url: z.string() }) },
  async ({ data: { url } }, step) => {
    await step.http('order', { url });
    await step.waitForEvent('done', { type: 'done' });
  },
);

const box = signalbox({ workflows: [calling, polling, told], sources: [] });

/** The shipped object, counted while it is at work. */
export class WorkflowObject extends box.WorkflowObject {
  override async accept(...given: Parameters<WorkflowRpc['accept']>) {
    return counted(async () => super.accept(...given));
  }

  override async acceptAll(...given: Parameters<WorkflowRpc['acceptAll']>) {
    return counted(async () => super.acceptAll(...given));
  }

  override async send(...given: Parameters<ControlRpc['send']>) {
    return counted(async () => super.send(...given));
  }

  override async alarm(info?: AlarmInvocationInfo) {
    return counted(async () => super.alarm(info));
  }

  /** So many requests at once, without the slots of the shipped object: what the runtime does by itself. */
  async bare(urls: readonly string[]): Promise<void> {
    await Promise.all(urls.map(async (url) => (await send(url)).arrayBuffer()));
  }
}

export const { SourceObject, UpstreamObject } = box;

const bareSchema = z.object({ urls: z.array(z.string()) });

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/bench/busy') return Response.json({ totalMs: busy.totalMs, count: busy.count });
    if (pathname !== '/bench/bare') return box.worker.fetch(request);
    const { urls } = bareSchema.parse(await request.json());
    // The binding's type is wrangler's word; its class is the one above.
    const { WORKFLOW } = env as { WORKFLOW: DurableObjectNamespace<WorkflowObject> };
    await WORKFLOW.getByName('calling/0').bare(urls);
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler;

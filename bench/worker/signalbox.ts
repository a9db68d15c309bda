// The service under test: the shipped code, with workflows of the benchmark's own, and a few questions that only a benchmark has.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { defineSource } from '../../src/core/source.ts';
import { firstSerialAt } from '../../src/core/serial.ts';
import { defineWorkflow } from '../../src/engine/index.ts';
import { signalbox } from '../../src/signalbox.ts';

/** Executions whose code has come to its end in this process. */
let ended = 0;
/** When the last execution with marks made each of them, ms. */
let times: number[] = [];

/** `{ count }` steps that do nothing; notes the time after each step of `{ marks }`. */
const steps = defineWorkflow(
  {
    name: 'steps',
    version: '1',
    input: z.object({ count: z.int(), marks: z.array(z.int()).default([]) }),
    triggers: [{ kind: 'webhook', source: 'steps' }],
  },
  async ({ data: { count, marks } }, step) => {
    const marked = new Set(marks);
    const made: number[] = [];
    for (let at = 1; at <= count; at += 1) {
      await step.do('nothing', async () => at);
      if (marked.has(at)) made.push(performance.now());
    }
    if (marked.size > 0) times = made;
    ended += 1;
  },
);

const sleeper = defineWorkflow(
  { name: 'sleeper', version: '1', input: z.unknown(), triggers: [{ kind: 'webhook', source: 'sleeper' }] },
  async (_event, step) => step.sleep('nap', '1 day'),
);

const box = signalbox({
  workflows: [steps, sleeper],
  sources: ['steps', 'sleeper'].map((name) =>
    defineSource({ name, provider: 'generic', secrets: ['BENCH_SECRET'] }),
  ),
});

const dayMs = 86_400_000;

/** The shipped object, which can also be given executions that ended long ago. */
export class WorkflowObject extends box.WorkflowObject {
  /** Stores executions `from` to `until` of 1 KiB each, as a month of events would have left them. */
  async fill(from: number, until: number, of: number): Promise<void> {
    const oldest = Date.now() - 25 * dayMs;
    const apartMs = Math.floor((20 * dayMs) / of);
    this.ctx.storage.sql.exec(
      `insert into execution (serial, key, version, event, data, created_at, status, started_at, ended_at, output)
       with recursive number (n) as (select ?1 union all select n + 1 from number where n + 1 < ?2)
       select ?3 + n * ?4, 'hook:steps:' || hex(randomblob(16)), '1', ?5, ?6, ?7, 'completed', ?7, ?7, null from number`,
      from,
      until,
      firstSerialAt(oldest),
      firstSerialAt(oldest + apartMs) - firstSerialAt(oldest),
      JSON.stringify({
        id: 'stored',
        type: 'webhook.stored',
        source: 'steps',
        time: new Date(oldest).toISOString(),
      }),
      JSON.stringify({ id: 'stored', count: 0, filling: 'x'.repeat(980) }),
      oldest,
    );
  }
}

export const { SourceObject, UpstreamObject } = box;

const fillSchema = z.object({ from: z.int(), until: z.int(), of: z.int() });

export default {
  async fetch(request) {
    // Read as text, not as a URL: it stands before every request that is measured.
    if (!request.url.includes('/bench/')) return box.worker.fetch(request);
    const { pathname } = new URL(request.url);
    if (pathname === '/bench/ended') return Response.json({ ended });
    if (pathname === '/bench/times') return Response.json({ times });
    const { from, until, of } = fillSchema.parse(await request.json());
    // The binding's type is wrangler's word; its class is the one above.
    const { WORKFLOW } = env as { WORKFLOW: DurableObjectNamespace<WorkflowObject> };
    await WORKFLOW.getByName('steps/0').fill(from, until, of);
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler;

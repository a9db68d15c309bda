// The rival: Cloudflare Workflows, in the smallest Worker that creates an instance for a request and tells its status.
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';

interface Params {
  readonly id: string;
  readonly count: number;
  readonly sleep?: boolean;
}

interface Env {
  readonly WORKFLOW: Workflow<Params>;
}

/** Instances whose code has come to its end in this process. */
let ended = 0;

export class BenchWorkflow extends WorkflowEntrypoint<Env, Params> {
  override async run({ payload }: WorkflowEvent<Params>, step: WorkflowStep): Promise<void> {
    for (let at = 0; at < payload.count; at += 1) await step.do(`nothing ${at}`, async () => at);
    if (payload.sleep === true) await step.sleep('nap', '1 day');
    ended += 1;
  }
}

export default {
  async fetch(request, { WORKFLOW }) {
    const { pathname } = new URL(request.url);
    if (pathname === '/bench/ended') return Response.json({ ended });
    if (request.method === 'POST') {
      const params = await request.json<Params>();
      const { id } = await WORKFLOW.create({ id: params.id, params });
      return Response.json({ id }, { status: 202 });
    }
    const instance = await WORKFLOW.get(pathname.slice('/instances/'.length));
    return Response.json(await instance.status());
  },
} satisfies ExportedHandler<Env>;

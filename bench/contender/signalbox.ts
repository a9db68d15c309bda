// Signalbox on plain workerd: the bundle that wrangler builds, with the benchmark's workflows.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { unstable_readConfig as readConfig } from 'wrangler';
import { z } from 'zod';
import { projectFolder, type Bundle } from '../../scripts/local/bundle.ts';
import { startService } from '../../scripts/local/service.ts';
import { buildWorker } from '../build.ts';
import { request } from '../connection.ts';
import { benchSecret, type Contender, eventBody, jsonHeaders, signatureOf } from './contender.ts';

const rootKey = 'fake-bench-root-key-0123456789abcdef';
const acceptedSchema = z.object({ executions: z.tuple([z.object({ id: z.string() })]) });

const bindingsSchema = z.array(
  z
    .object({ name: z.string(), class_name: z.string() })
    .transform(({ name, class_name: className }) => ({ binding: name, className })),
);

/** Builds the benchmark's Worker, with the objects of the shipped one, which any number of services can be started on. */
export async function buildSignalbox(folder: string): Promise<Bundle> {
  const config = readConfig({ config: join(projectFolder, 'wrangler.toml') });
  return buildWorker('signalbox', folder, bindingsSchema.parse(config.durable_objects.bindings));
}

export interface Signalbox extends Contender {
  readonly pid: number;
  /** A request that starts an execution that notes the time after each of these steps. */
  readonly startMarked: (count: number, marks: readonly number[]) => string;
  /** The times that the last such execution has noted, ms. */
  readonly times: () => Promise<readonly number[]>;
  /** Stores the executions `from` to `until` of `of`, which ended long ago. */
  readonly fill: (from: number, until: number, of: number) => Promise<void>;
}

export async function startSignalbox(bundle: Bundle, storage: string): Promise<Signalbox> {
  const bindings = { SIGNALBOX_ROOT_KEY: rootKey, BENCH_SECRET: benchSecret };
  const service = await startService(bundle, { storage, bindings });
  const deliver = (source: string, members: object) => {
    const body = eventBody({ ...members });
    return request('POST', `/v1/hooks/${source}`, { ...jsonHeaders, 'X-Signature': signatureOf(body) }, body);
  };
  const authorization = { Authorization: `Bearer ${rootKey}` };
  return {
    name: 'signalbox',
    url: service.url,
    pid: service.pid,
    start: (count) => deliver('steps', { count }),
    idOf: (body) => acceptedSchema.parse(JSON.parse(body)).executions[0].id,
    isDone: ({ body }) => body.includes('"status":"completed"') && body.includes('"endedAt":"'),
    status: (id) => request('GET', `/v1/executions/${id}`, authorization),
    startSleeping: () => deliver('sleeper', {}),
    ended: async () => readEnded(service.url),
    startMarked: (count, marks) => deliver('steps', { count, marks }),
    times: async () => timesSchema.parse(await (await fetch(`${service.url}/bench/times`)).json()).times,
    fill: async (from, until, of) => {
      const body = JSON.stringify({ from, until, of });
      const { status } = await fetch(`${service.url}/bench/fill`, { method: 'POST', body });
      if (status !== 204) throw new Error(`the object could not be filled: ${status}`);
    },
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      rmSync(storage, { recursive: true, force: true });
    },
  };
}

const timesSchema = z.object({ times: z.array(z.number()) });
const endedSchema = z.object({ ended: z.int() });

/** How many executions a contender's Worker has counted. */
export async function readEnded(url: string): Promise<number> {
  return endedSchema.parse(await (await fetch(`${url}/bench/ended`)).json()).ended;
}

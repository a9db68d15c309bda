// Cloudflare Workflows in its local runtime: the same workerd, with the engine that Miniflare brings, on a socket of its own, so that
// no proxy stands before it.
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { buildWorker } from '../build.ts';
import { request } from '../connection.ts';
import { type Contender, eventBody, jsonHeaders } from './contender.ts';
import { readEnded } from './signalbox.ts';

/** What is used of Miniflare 5, which comes with wrangler and is no dependency of the project's own. */
interface Miniflare {
  readonly ready: Promise<URL>;
  unsafeGetDirectURL(worker: string): Promise<URL>;
  dispose(): Promise<void>;
}

interface MiniflareModule {
  readonly Miniflare: new (options: unknown) => Miniflare;
  /** Takes options in the form of Miniflare 4. */
  readonly convertV4MiniflareOptions: (options: object) => unknown;
}

const createdSchema = z.object({ id: z.string() });

export async function startCloudflareWorkflow(folder: string): Promise<Contender> {
  const require = createRequire(createRequire(import.meta.url).resolve('wrangler/package.json'));
  const { Miniflare, convertV4MiniflareOptions }: MiniflareModule = require('miniflare');
  const { file, compatibilityDate, compatibilityFlags } = await buildWorker(
    'cloudflare-workflow',
    folder,
    [],
  );
  const miniflare = new Miniflare({
    ...(convertV4MiniflareOptions({
      name: 'rival',
      modules: true,
      modulesRoot: folder,
      scriptPath: file,
      compatibilityDate,
      compatibilityFlags,
      workflows: { WORKFLOW: { name: 'bench', className: 'BenchWorkflow' } },
      host: '127.0.0.1',
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    }) as object),
    resourcePersistencePath: join(folder, basename(file, '.js')),
  });
  await miniflare.ready;
  const { origin: url } = await miniflare.unsafeGetDirectURL('rival');
  const create = (members: object) => request('POST', '/instances', jsonHeaders, eventBody({ ...members }));
  return {
    name: 'cloudflare',
    url,
    start: (count) => create({ count }),
    idOf: (body) => createdSchema.parse(JSON.parse(body)).id,
    isDone: ({ body }) => body.includes('"status":"complete"'),
    status: (id) => request('GET', `/instances/${id}`),
    startSleeping: () => create({ count: 0, sleep: true }),
    ended: async () => readEnded(url),
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  };
}

// The floor on plain workerd, the naive one and the one with group commit: one process serves both.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startService } from '../../scripts/local/service.ts';
import { buildWorker } from '../build.ts';
import { request } from '../connection.ts';
import { benchSecret, eventBody, jsonHeaders, signatureOf } from './contender.ts';

export interface Floor extends AsyncDisposable {
  readonly url: string;
  readonly insert: (how: 'naive' | 'grouped') => string;
}

export async function startFloor(folder: string): Promise<Floor> {
  const bundle = await buildWorker('floor', folder, [{ binding: 'FLOOR', className: 'FloorObject' }]);
  const storage = join(folder, 'floor');
  const service = await startService(bundle, { storage, bindings: { BENCH_SECRET: benchSecret } });
  return {
    url: service.url,
    insert: (how) => {
      const body = eventBody({ count: 0 });
      return request('POST', `/${how}`, { ...jsonHeaders, 'X-Signature': signatureOf(body) }, body);
    },
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      rmSync(storage, { recursive: true, force: true });
    },
  };
}

// Restate: its server, and a service on Node that it calls. It is no dependency of the project: BENCH_RESTATE names a folder where
// `npm install @restatedev/restate-server @restatedev/restate-sdk` was run.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startChild } from '../../scripts/local/child.ts';
import { request } from '../connection.ts';
import { type Contender, eventBody, jsonHeaders } from './contender.ts';
import { readEnded } from './signalbox.ts';

const sentSchema = z.object({ invocationId: z.string() });

/** @throws {Error} where it does not start within half a minute. */
export async function startRestate(installed: string, storage: string): Promise<Contender> {
  const [ingress, admin, node, service, count] = await Promise.all(Array.from({ length: 5 }, freePort));
  const program = fileURLToPath(new URL('../worker/restate.mjs', import.meta.url));
  const quiet = { RESTATE_LOGGING: 'ERROR', DO_NOT_TRACK: '1' };
  const handlers = await startChild(process.execPath, [program, installed, String(service), String(count)], {
    env: { ...process.env, ...quiet },
  });
  const server = await startChild(serverProgram(installed), ['--base-dir', storage], {
    env: {
      ...process.env,
      ...quiet,
      RESTATE_LOG_FILTER: 'error',
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
    },
  });
  await register(`http://127.0.0.1:${admin}/deployments`, `http://127.0.0.1:${service}`);
  const send = (members: object) =>
    request('POST', '/bench/run/send', jsonHeaders, eventBody({ ...members }));
  return {
    name: 'restate',
    url: `http://127.0.0.1:${ingress}`,
    start: (steps) => send({ count: steps }),
    idOf: (body) => sentSchema.parse(JSON.parse(body)).invocationId,
    isDone: ({ status }) => status === 200,
    status: (id) => request('GET', `/restate/invocation/${id}/output`),
    startSleeping: () => send({ count: 0, sleep: true }),
    ended: async () => readEnded(`http://127.0.0.1:${count}`),
    [Symbol.asyncDispose]: async () => {
      await server.end('SIGKILL');
      await handlers.end('SIGKILL');
      rmSync(storage, { recursive: true, force: true });
    },
  };
}

/** The binary itself, not the script that npm puts before it. */
function serverProgram(installed: string): string {
  const { resolve } = createRequire(join(installed, 'x.js'));
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  return join(resolve(`${platform}/package.json`), '../bin/restate-server');
}

async function register(admin: string, uri: string): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    try {
      const body = JSON.stringify({ uri });
      const { ok } = await fetch(admin, { method: 'POST', headers: jsonHeaders, body });
      if (ok) return;
    } catch {
      // It does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('Restate did not start within half a minute');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

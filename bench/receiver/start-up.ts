// Start-up: from the start of workerd to its first answer, with the shipped bundle and with an empty Worker.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../../scripts/local/bundle.ts';
import { makeSecrets } from '../../scripts/local/secret.ts';
import { startService } from '../../scripts/local/service.ts';
import { buildWorker, checkStartUp } from '../build.ts';
import { Connection, request } from '../connection.ts';
import type { Finding } from '../part.ts';
import { processorMs, tellsProcessorTime } from '../processor-time.ts';
import { median, spread } from '../statistic.ts';

const rounds = 15;

interface StartUp {
  readonly wallMs: number;
  readonly usedMs: number;
}

export async function measureStartUp(folder: string, shipped: Bundle): Promise<Finding> {
  const empty = await buildWorker('empty', folder, []);
  const bindings = makeSecrets();
  const added: StartUp[] = [];
  const alone: StartUp[] = [];
  // In turns, so that what else the machine does falls on both alike; the first round brings the files into memory.
  for (let round = 0; round <= rounds; round += 1) {
    const ours = await startOnce(shipped, join(folder, 'start-up'), bindings);
    const none = await startOnce(empty, join(folder, 'start-up'), {});
    if (round === 0) continue;
    added.push({ wallMs: ours.wallMs - none.wallMs, usedMs: ours.usedMs - none.usedMs });
    alone.push(none);
  }
  const wall = spread(added.map(({ wallMs }) => wallMs));
  const used = spread(added.map(({ usedMs }) => usedMs));
  const active = /Active: ([\d.]+) ms/.exec(await checkStartUp(folder, bindings))?.[1] ?? '–';
  const runtime = spread(alone.map(({ wallMs }) => wallMs));
  return {
    what: 'start-up to the first answer, more than an empty Worker',
    numbers: `of the processor ${used} ms, on the clock ${wall} ms; the empty Worker takes ${runtime} ms on the clock; wrangler check startup: ${active} ms active`,
    // A processor that is busy with something else too is no fault of the bundle's.
    measured: median(added.map(({ usedMs }) => usedMs)),
    unit: 'ms',
    bar: { most: 100 },
  };
}

async function startOnce(
  bundle: Bundle,
  storage: string,
  bindings: Readonly<Record<string, string>>,
): Promise<StartUp> {
  rmSync(storage, { recursive: true, force: true });
  const began = performance.now();
  await using service = await startService(bundle, { storage, bindings });
  const connection = await Connection.open(service.url);
  const { status } = await connection.ask(request('GET', '/healthz'));
  const wallMs = performance.now() - began;
  // Without a processor clock this is the clock's, which began before the process.
  const usedMs = tellsProcessorTime ? processorMs(service.pid) : wallMs;
  connection.close();
  if (status !== 200 && status !== 204) throw new Error(`the Worker does not answer: ${status}`);
  return { wallMs, usedMs };
}

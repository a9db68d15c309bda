// `node bench/outbound.ts`: what slow peers do to a workflow object, on plain workerd: docs/adr/0007 has what it said.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { unstable_readConfig as readConfig } from 'wrangler';
import { z } from 'zod';
import { type Bundle, projectFolder } from '../scripts/local/bundle.ts';
import { exitOnSignals } from '../scripts/local/child.ts';
import { type Service, startService } from '../scripts/local/service.ts';
import { buildWorker } from './build.ts';
import { Connection, request } from './connection.ts';
import { quantile } from './statistic.ts';

const rootKey = 'fake-bench-root-key-0123456789abcdef';
const headers = { Authorization: `Bearer ${rootKey}`, 'Content-Type': 'application/json' };

/** A peer that answers as late as it is asked to, and keeps count of who waits for it. */
class Peer {
  /** Requests whose answers are awaited, now and at most. */
  open = 0;
  openMax = 0;
  /** When each request came, ms, by its path; and under which idempotency keys. */
  readonly arrivals = new Map<string, number[]>();
  readonly keys = new Map<string, Set<string>>();
  /** Jobs that are done. */
  readonly done = new Set<string>();
  url = '';

  static async start(): Promise<Peer> {
    const peer = new Peer();
    const server = createServer((asked, answer) => {
      const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://peer');
      const now = performance.now();
      peer.arrivals.set(pathname, [...(peer.arrivals.get(pathname) ?? []), now]);
      const key = asked.headers['idempotency-key'];
      const keys = peer.keys.get(pathname) ?? new Set();
      peer.keys.set(pathname, typeof key === 'string' ? keys.add(key) : keys);
      void peer.#answer(answer, pathname, Number(searchParams.get('after') ?? 0));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the peer has no port');
    peer.url = `http://127.0.0.1:${address.port}`;
    return peer;
  }

  async #answer(answer: ServerResponse, path: string, afterMs: number): Promise<void> {
    this.open += 1;
    this.openMax = Math.max(this.open, this.openMax);
    let closed = false;
    answer.on('close', () => {
      if (!closed) this.open -= 1;
      closed = true;
    });
    await wait(afterMs);
    answer.setHeader('Content-Type', 'application/json').end(JSON.stringify({ done: this.done.has(path) }));
  }

  forget(): void {
    this.openMax = 0;
    this.arrivals.clear();
    this.keys.clear();
  }

  /** Requests to all paths that begin so. */
  count(prefix: string): number {
    return [...this.arrivals].filter(([path]) => path.startsWith(prefix)).flatMap(([, times]) => times)
      .length;
  }
}

const acceptedSchema = z.object({ id: z.string() });
const statusSchema = z.object({ status: z.string() });
const busySchema = z.object({ totalMs: z.number(), count: z.int() });

async function start(service: Service, workflow: string, input: object): Promise<string> {
  const answer = await fetch(`${service.url}/v1/workflows/${workflow}/executions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(input),
  });
  return acceptedSchema.parse(await answer.json()).id;
}

async function untilDone(service: Service, id: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${service.url}/v1/executions/${id}`, {
      headers: { ...headers, Prefer: 'wait=30' },
    });
    const { status } = statusSchema.parse(await answer.json());
    if (status === 'completed') return;
    if (status === 'faulted') throw new Error(`execution ${id} faulted`);
  }
}

/** Latencies of accepts one after the other, in the object that calls, ms, until told to stop. */
async function accepts(service: Service, until: () => boolean): Promise<number[]> {
  const connection = await Connection.open(service.url);
  const took: number[] = [];
  while (!until()) {
    const began = performance.now();
    const { status } = await connection.ask(
      request('POST', '/v1/workflows/calling/executions', headers, '{}'),
    );
    if (status !== 202) throw new Error(`not accepted: ${status}`);
    took.push(performance.now() - began);
    await wait(5);
  }
  connection.close();
  return took;
}

const ms = (value: number) => `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);

async function concurrency(service: Service, peer: Peer, other: Peer): Promise<void> {
  console.log('\n## Calls at once, each answered after 2 s\n');
  row(
    'calls',
    'open at the peer, at most',
    'all done after',
    'wait for a slot, median',
    'longest',
    'a call to another host behind them',
    'accepts meanwhile, median',
    '99 %',
  );
  row('---', '---', '---', '---', '---', '---', '---', '---');
  for (const count of [0, 1, 6, 7, 12, 64]) {
    peer.forget();
    other.forget();
    const began = performance.now();
    const ids = await Promise.all(
      Array.from({ length: count }, (_, at) =>
        start(service, 'calling', { url: `${peer.url}/slow/${at}?after=2000` }),
      ),
    );
    const fast = await start(service, 'calling', { url: `${other.url}/fast` });
    const asked = performance.now();
    let over = false;
    const measured = accepts(service, () => over);
    await untilDone(service, fast);
    await Promise.all(ids.map(async (id) => untilDone(service, id)));
    const doneMs = performance.now() - began;
    if (count === 0) await wait(2_000);
    over = true;
    const took = await measured;
    const slots = [...peer.arrivals]
      .filter(([path]) => path.startsWith('/slow'))
      .map(([, [at = 0]]) => at - began);
    const [fastAt = 0] = other.arrivals.get('/fast') ?? [];
    row(
      count,
      peer.openMax,
      ms(doneMs),
      count === 0 ? '' : ms(quantile(slots, 0.5)),
      count === 0 ? '' : ms(Math.max(...slots)),
      ms(Math.max(0, fastAt - asked)),
      ms(quantile(took, 0.5)),
      ms(quantile(took, 0.99)),
    );
  }
}

async function bare(service: Service, peer: Peer): Promise<void> {
  console.log('\n## The same without slots: what this workerd does by itself\n');
  for (const count of [12, 64]) {
    peer.forget();
    const urls = Array.from({ length: count }, (_, at) => `${peer.url}/bare/${at}?after=2000`);
    const began = performance.now();
    await fetch(`${service.url}/bench/bare`, { method: 'POST', body: JSON.stringify({ urls }) });
    console.log(
      `${count} calls: ${peer.openMax} open at most, all done after ${ms(performance.now() - began)}`,
    );
  }
}

async function killed(
  bundle: Bundle,
  storage: string,
  bindings: Record<string, string>,
  peer: Peer,
): Promise<void> {
  console.log('\n## The object is gone while 6 of 12 calls are open\n');
  peer.forget();
  const first = await startService(bundle, { storage, bindings });
  const ids = await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      start(first, 'calling', { url: `${peer.url}/cut/${at}?after=2000` }),
    ),
  );
  while (peer.count('/cut') < 6) await wait(5);
  await wait(500);
  await first.kill();
  const killedAt = performance.now();
  const before = peer.count('/cut');
  await using again = await startService(bundle, { storage, bindings });
  await Promise.all(ids.map(async (id) => untilDone(again, id)));
  const doneAt = performance.now();
  const times = [...peer.arrivals.values()].flat().filter((at) => at > killedAt);
  const keys = [...peer.keys.values()].map((set) => set.size);
  console.log(
    `requests before ${before}, after ${times.length}; asked twice ${[...peer.arrivals.values()].filter((all) => all.length === 2).length}, under ${Math.max(...keys)} key each;`,
    `first request again ${ms(Math.min(...times) - killedAt)} after the kill, all done after ${ms(doneAt - killedAt)}`,
  );
}

async function busyFor(
  service: Service,
  work: () => Promise<void>,
): Promise<{ busyMs: number; tookMs: number }> {
  const read = async () => busySchema.parse(await (await fetch(`${service.url}/bench/busy`)).json());
  const before = await read();
  const began = performance.now();
  await work();
  const tookMs = performance.now() - began;
  await wait(200);
  return { busyMs: (await read()).totalMs - before.totalMs, tookMs };
}

/** A status question that is held would count: the object is asked once in a while instead. */
async function untilDoneQuietly(service: Service, id: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${service.url}/v1/executions/${id}`, { headers });
    if (statusSchema.parse(await answer.json()).status === 'completed') return;
    await wait(100);
  }
}

async function busy(service: Service, peer: Peer): Promise<void> {
  console.log('\n## A job of 20 s: for how long the object handles something or awaits an answer\n');
  row('by', 'ended after', 'busy for');
  row('---', '---', '---');
  const tell = async (what: string, work: () => Promise<void>) => {
    const { busyMs, tookMs } = await busyFor(service, work);
    row(what, ms(tookMs), ms(busyMs));
  };
  await tell('one `http` that is answered after 20 s', async () => {
    await untilDoneQuietly(
      service,
      await start(service, 'calling', { url: `${peer.url}/job/http?after=20000` }),
    );
  });
  await tell('six of them at once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        start(service, 'calling', { url: `${peer.url}/job/six-${at}?after=20000` }),
      ),
    );
    for (const id of ids) await untilDoneQuietly(service, id);
  });
  await tell('`poll` every 5 s', async () => {
    const id = await start(service, 'polling', { url: `${peer.url}/job/poll` });
    await wait(19_000);
    peer.done.add('/job/poll');
    await untilDoneQuietly(service, id);
  });
  await tell('`http` and a `waitForEvent` that the peer ends', async () => {
    const id = await start(service, 'told', { url: `${peer.url}/job/told` });
    await wait(20_000);
    const body = JSON.stringify({ type: 'done', data: null });
    await fetch(`${service.url}/v1/executions/${id}/events`, { method: 'POST', headers, body });
    await untilDoneQuietly(service, id);
  });
}

const bindingsSchema = z.array(
  z
    .object({ name: z.string(), class_name: z.string() })
    .transform(({ name, class_name: className }) => ({ binding: name, className })),
);

exitOnSignals();
const folder = mkdtempSync(join(tmpdir(), 'signalbox-outbound-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const config = readConfig({ config: join(projectFolder, 'wrangler.toml') });
const bundle = await buildWorker('outbound', folder, bindingsSchema.parse(config.durable_objects.bindings));
const peer = await Peer.start();
const other = await Peer.start();
const bindings = {
  SIGNALBOX_ROOT_KEY: rootKey,
  SIGNALBOX_ALLOW_PRIVATE_HOSTS: [peer, other].map(({ url }) => new URL(url).host).join(','),
};
const [processor] = cpus();
console.log(
  `${new Date().toISOString().slice(0, 10)} · ${cpus().length} × ${processor?.model ?? 'unknown'} · Node ${process.version}`,
);
{
  await using service = await startService(bundle, { storage: join(folder, 'one'), bindings });
  await concurrency(service, peer, other);
  await bare(service, peer);
  await busy(service, peer);
}
await killed(bundle, join(folder, 'two'), bindings, peer);
process.exit(0);

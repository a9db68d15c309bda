// The service is killed at ten random moments of order-to-crm. The seed is printed; SIGNALBOX_SEED=<seed> runs the same moments.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { deliver, deliveredSchema } from '../../scripts/local/client.ts';
import type { CrmLogLine } from '../../scripts/local/crm-book.ts';
import { pickSecret } from '../../scripts/local/secret.ts';
import { makeOrderDelivery } from '../../scripts/local/shopify.ts';
import type { ShownExecution } from '../../src/core/execution.ts';
import { Box } from './box.ts';

const seed = Number(process.env['SIGNALBOX_SEED'] ?? randomInt(2 ** 31));
const random = mulberry32(seed);
/**
 * The shortest that an execution can take with this CRM, in ms: six answers of 120, two refusals that each ask for a second of
 * peace, and a second between the two questions of the poll. Every moment before it hits the execution at work.
 */
const shortestMs = 3_600;
/** How long an execution that nobody asks about may take to go on, in ms: an alarm is due within seconds, the rest is for a busy machine. */
const aloneMs = 120_000;
/** One moment in each tenth of the execution, so that ten rounds see all of it, whatever the seed. */
const moments = Array.from({ length: 10 }, (_, tenth) => Math.round(((tenth + random()) * shortestMs) / 10));

beforeAll(() => console.log(`SIGNALBOX_SEED=${seed}: killed after ${moments.join(', ')} ms`));

describe('an execution whose service is killed', () => {
  it.concurrent.each(moments.map((moment, round) => ({ moment, round })))(
    'after $moment ms completes, and no journaled step runs twice',
    async ({ moment, round }) => {
      await using box = await Box.open({ unavailableTimes: 2, indexingMs: 800, latencyMs: 120 });
      const delivery = makeOrderDelivery(pickSecret(box.secrets, 'SHOPIFY_WEBHOOK_SECRET'), 2000 + round);
      const response = await deliver(box.url, 'shopify-orders', delivery);
      const id = deliveredSchema.parse(await response.json()).executions[0]?.id ?? '';

      await sleep(moment);
      const before = await box.read(id);
      await box.kill();
      await box.restart();
      // Every other round nobody asks: the alarm alone must bring the execution back.
      if (round % 2 === 1) await indexed(box);
      const after = await box.finish(id);

      expect(['pending', 'running', 'waiting']).toContain(before.status);
      expect(after.status).toBe('completed');
      expectOnce(after, box.crm.log());
      for (const step of before.steps.filter(({ status }) => status === 'completed')) {
        expect(after.steps).toContainEqual(step);
      }
    },
  );
});

/** Each key had its effect once, and no request came after its step's result was journaled. */
function expectOnce(execution: ShownExecution, log: readonly CrmLogLine[]): void {
  const effects = log
    .filter(({ effect }) => effect === 'created')
    .map(({ method, path }) => `${method} ${path}`);
  expect(effects).toEqual([expect.stringMatching(/^PUT \/customers\//), 'POST /orders']);
  for (const [name, requests] of Object.entries(Object.groupBy(log, stepOf))) {
    const step = execution.steps.find((one) => one.name === name);
    expect(new Set(requests?.map(({ key }) => key)).size, `keys of '${name}'`).toBe(1);
    expect(
      step?.attempts.filter(({ error }) => error === undefined).length,
      `answers of '${name}'`,
    ).toBeGreaterThan(0);
    const journaledAt = Date.parse(step?.attempts.at(-1)?.endedAt ?? '');
    for (const { at } of requests ?? [])
      expect(at, `a request of '${name}'`).toBeLessThanOrEqual(journaledAt);
  }
}

function stepOf({ method, path }: CrmLogLine): string {
  if (method === 'PUT') return 'upsert customer';
  return path === '/orders' ? 'create order' : 'wait until indexed';
}

/** Waits until the CRM was asked often enough to have said that the order is indexed; the service is left alone. */
async function indexed(box: Box): Promise<void> {
  const { log } = box.crm;
  for (const begin = Date.now(); Date.now() - begin < aloneMs;) {
    const orderedAt =
      log().find(({ path, effect }) => path === '/orders' && effect === 'created')?.at ?? Infinity;
    if (log().some(({ effect, at }) => effect === 'read' && at >= orderedAt + 800)) return;
    await sleep(100);
  }
  throw new Error(`The execution did not go on by itself within ${aloneMs / 1000} s.`);
}

/** A small seeded generator of numbers in [0, 1) (Tommy Ettinger's mulberry32, public domain). */
function mulberry32(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

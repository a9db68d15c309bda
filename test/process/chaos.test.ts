// A short chaos: the service under load is killed some five times within twelve seconds; and the verdict sees what it is there to see.
// The seed is printed; SIGNALBOX_SEED=<seed> draws the same moments. `npm run chaos` runs it for a minute.
import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { Evidence } from '../../scripts/chaos/evidence.ts';
import { runChaos } from '../../scripts/chaos/run.ts';
import { judge } from '../../scripts/chaos/verdict.ts';

const seed = Number(process.env['SIGNALBOX_SEED'] ?? randomInt(2 ** 31));

describe('a service that is killed again and again under load', () => {
  let evidence: Evidence;

  beforeAll(async () => {
    console.log(`SIGNALBOX_SEED=${seed}`);
    evidence = await runChaos({
      bundle: inject('bundle'),
      seed,
      seconds: 12,
      rate: 15,
      lifeMs: [800, 2_000],
      killsMin: 3,
    });
  });

  it('was killed at least three times, and acknowledged every event in the end', () => {
    expect(evidence.kills.length).toBeGreaterThanOrEqual(3);
    expect(evidence.orders).toHaveLength(180);
    expect(evidence.orders.filter(({ acks }) => acks.length === 0)).toEqual([]);
  });

  it('has done every acknowledged event, and none twice', () => {
    expect(judge(evidence)).toEqual([]);
  });

  it.each<[string, (evidence: Evidence) => Evidence, RegExp]>([
    [
      'an event that was never acknowledged',
      (all) => ({ ...all, orders: all.orders.map((order, n) => (n === 0 ? { ...order, acks: [] } : order)) }),
      /^Event .* was sent \d+ times and never acknowledged$/,
    ],
    [
      'a genuine delivery that was called wrong',
      (all) => ({ ...all, answers: new Map([...all.answers, [401, 1]]) }),
      /^1 genuine deliveries were answered 401$/,
    ],
    [
      'an acknowledged execution that is lost',
      (all) => ({ ...all, executions: all.executions.slice(1) }),
      /^Event .* has 0 executions \(\); its 2xx named order-to-crm\./,
    ],
    [
      'a second execution for an event',
      (all) => ({
        ...all,
        executions: [...all.executions, ...all.executions.slice(0, 1).map(renamed)],
      }),
      /^Event .* has 2 executions/,
    ],
    [
      'a 2xx that named another execution',
      (all) => ({ ...all, orders: all.orders.map((order, n) => (n === 0 ? misled(order) : order)) }),
      /^A 2xx for event .* named execution other, but it has order-to-crm\./,
    ],
    [
      'an execution for an event that nobody sent',
      (all) => ({ ...all, orders: all.orders.slice(1) }),
      /^Execution .* is for event .*, which nobody sent$/,
    ],
    [
      'an execution that is not completed',
      (all) => ({
        ...all,
        executions: all.executions.map((one, n) => (n === 0 ? { ...one, status: 'waiting' } : one)),
      }),
      /^Execution .* is waiting: null$/,
    ],
    [
      'an order that the CRM never made',
      (all) => ({ ...all, log: all.log.filter((line) => line !== all.log.find(isOrder)) }),
      /^The CRM made order shopify-\d+ 0 times/,
    ],
    [
      'an order that was made again under another key',
      (all) => ({
        ...all,
        log: [
          ...all.log,
          ...all.log
            .filter(isOrder)
            .slice(0, 1)
            .map((line) => ({ ...line, key: 'other.1' })),
        ],
      }),
      /^The CRM made order shopify-\d+ 2 times/,
    ],
    [
      'a step that asked again after its result was journaled',
      (all) => ({
        ...all,
        log: [
          ...all.log,
          ...all.log
            .filter(isOrder)
            .slice(0, 1)
            .map((line) => ({ ...line, effect: 'replayed' as const, at: line.at + 60_000 })),
        ],
      }),
      /^POST \/orders came with key .* after its step was journaled$/,
    ],
  ])('the verdict sees %s', (_, tamper, sentence) => {
    expect(judge(tamper(evidence))).toContainEqual(expect.stringMatching(sentence));
  });
});

function isOrder({ path, effect }: Evidence['log'][number]): boolean {
  return path === '/orders' && effect === 'created';
}

function renamed(execution: Evidence['executions'][number]): Evidence['executions'][number] {
  return { ...execution, id: `${execution.id}-again` };
}

function misled(order: Evidence['orders'][number]): Evidence['orders'][number] {
  return { ...order, acks: order.acks.map((ack) => ({ ...ack, executionId: 'other' })) };
}

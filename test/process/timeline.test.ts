import { describe, expect, it } from 'vitest';
import { drawTimeline, type Outage } from '../../scripts/demo/timeline.ts';
import type { ShownExecution, ShownStep } from '../../src/core/execution.ts';

const begin = Date.parse('2026-11-02T08:00:00.000Z');
const iso = (ms: number): string => new Date(begin + ms).toISOString();
const refused = { code: 'http-status', name: 'Error', message: '503', httpStatus: 503 };

function draw(steps: ShownStep[], now: number, outages: Outage[] = []): string[] {
  const execution: ShownExecution = {
    id: 'fake',
    workflow: 'order-to-crm',
    version: '1',
    status: 'waiting',
    event: { id: 'fake', type: 'com.shopify.orders.create', source: 'shopify-orders' },
    createdAt: iso(0),
    startedAt: iso(0),
    endedAt: null,
    steps,
    output: null,
    error: null,
    links: {},
  };
  const lines = drawTimeline({ execution, outages, now: begin + now, width: 101 });
  return lines.map((line) => line.map(({ text }) => text).join(''));
}

// 101 columns leave 50 for 6 seconds: 49 steps of 122 ms.
describe('a row', () => {
  it('shows a step that is done as a bar that ends in a dot', () => {
    const [, row] = draw(
      [
        {
          name: 'upsert customer',
          kind: 'http',
          status: 'completed',
          attempts: [{ startedAt: iso(0), endedAt: iso(500) }],
        },
      ],
      1000,
    );

    expect(row?.trimEnd()).toBe(`✔ upsert customer      ━━━━●${' '.repeat(45)} done`);
  });

  it('shows a refused attempt, the wait, and when the next one is due', () => {
    const [, row] = draw(
      [
        {
          name: 'create order',
          kind: 'http',
          status: 'waiting',
          attempts: [{ startedAt: iso(0), endedAt: iso(250), error: refused }],
          nextAttemptAt: iso(1250),
        },
      ],
      750,
    );

    expect(row?.trimEnd()).toBe(`… create order         ━━×┄┄┄┄${' '.repeat(43)} 503 · again in 0.5 s`);
  });

  it('shows each question of a poll', () => {
    const attempts = [0, 1000].map((at) => ({ startedAt: iso(at), endedAt: iso(at + 125) }));
    const [, row] = draw(
      [{ name: 'wait', kind: 'poll', status: 'waiting', attempts, nextAttemptAt: iso(3000) }],
      1500,
    );

    expect(row).toContain('━○┄┄┄┄┄┄━○┄┄┄ ');
    expect(row).toContain('not yet · again in 1.5 s');
  });
});

it('marks the time in which the service was dead, on every row and on the axis', () => {
  const step = {
    name: 'create order',
    kind: 'http',
    status: 'running' as const,
    attempts: [{ startedAt: iso(0), endedAt: null }],
  };
  const [, row, , mark] = draw([step], 3000, [{ from: begin + 1000, to: begin + 2000 }]);

  expect(row).toContain('━━━━━━━━░░░░░░░░░━━━━━━━━');
  expect(mark).toBe(`${' '.repeat(23 + 8)}▲ SIGKILL`);
});

it('keeps every line within the width', () => {
  const failed = { code: 'a-code-that-is-longer-than-the-note', name: 'Error', message: '' };
  const attempts = Array.from({ length: 40 }, (_, at) => ({
    startedAt: iso(at * 1000),
    endedAt: iso(at * 1000 + 900),
    error: failed,
  }));
  const step = {
    name: 'a step with a name that is longer than its column',
    kind: 'http',
    status: 'waiting' as const,
    attempts,
    nextAttemptAt: iso(3_600_000),
  };

  for (const line of draw([step], 40_000)) expect(line.length).toBeLessThanOrEqual(101);
});

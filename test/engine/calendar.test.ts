// What an object does by the clock: schedules through outages and changes of the wall clock, the purge, many timers at one moment.
import { evictDurableObject, reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import {
  expectAccepted,
  objectOf,
  passTime,
  requestFor,
  start,
  statusOf,
  untilFinal,
  untilStatus,
} from '../durable-objects/object.ts';
import { callbackRuns } from '../fixture/workflow.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** When each run of a workflow's schedules was due, the earliest first. */
async function runsOf(workflow: string): Promise<string[]> {
  const runs: string[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await objectOf(workflow).list({
      max: limit.listMax,
      ...(before === undefined ? {} : { before }),
    });
    runs.push(...page.map(({ event }) => event.id.slice(event.id.indexOf(':') + 1)));
    before = page.at(-1)?.serial;
    if (page.length < limit.listMax) return runs.toSorted();
  }
}

describe('a schedule in a time zone', () => {
  it('runs once on the day that has no such time, at the end of the gap', async () => {
    vi.setSystemTime(Date.parse('2026-03-27T12:00:00Z'));
    await objectOf('nightly').schedules();
    for (let night = 0; night < 3; night += 1) await passTime('nightly', dayMs);
    expect(await runsOf('nightly')).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  it('runs once on the day that has the time twice, also where the object is away between the two', async () => {
    vi.setSystemTime(Date.parse('2026-10-24T12:00:00Z'));
    await objectOf('nightly').schedules();
    await passTime('nightly', 12.6 * hourMs);
    expect(await runsOf('nightly')).toEqual(['2026-10-25T00:30:00.000Z']);
    await evictDurableObject(objectOf('nightly'));
    await passTime('nightly', hourMs);
    await passTime('nightly', dayMs);
    expect(await runsOf('nightly')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
  });
});

describe('runs that were missed in an outage', () => {
  const begin = Date.parse('2026-07-01T00:10:00Z');
  const at = (hour: number) => new Date(Date.parse('2026-07-01T00:00:00Z') + hour * hourMs).toISOString();

  it.each([
    ['skip', []],
    ['once', [at(5)]],
    ['all', [at(1), at(2), at(3), at(4), at(5)]],
  ] as const)(
    'start as the misfire policy says, and the next one is on time: %s',
    async (misfire, started) => {
      const workflow = `hourly-${misfire}`;
      vi.setSystemTime(begin);
      await objectOf(workflow).schedules();
      await evictDurableObject(objectOf(workflow));
      await passTime(workflow, 5 * hourMs + 20 * 60_000);
      expect(await runsOf(workflow)).toEqual(started);
      expect(await objectOf(workflow).schedules()).toEqual([{ name: 'hourly', next: Date.parse(at(6)) }]);
      await passTime(workflow, 30 * 60_000);
      expect(await runsOf(workflow)).toEqual([...started, at(6)]);
    },
  );

  it('start in batches where they are many, none left out and none twice', async () => {
    const missed = limit.scheduleBatchMax * 2 + 1;
    vi.setSystemTime(begin);
    await objectOf('hourly-all').schedules();
    await passTime('hourly-all', missed * hourMs);
    const counts = [(await runsOf('hourly-all')).length];
    while ((counts.at(-1) ?? 0) < missed && counts.length < 9) {
      await passTime('hourly-all', 1_000);
      counts.push((await runsOf('hourly-all')).length);
    }
    expect(counts).toEqual([limit.scheduleBatchMax, limit.scheduleBatchMax * 2, missed]);
    expect(new Set(await runsOf('hourly-all')).size).toBe(missed);
  });
});

describe('an execution that has ended', () => {
  it('is kept as long as its outcome says, and no longer', async () => {
    const ends = ['completed', 'cancelled', 'faulted'] as const;
    const ids = await Promise.all(ends.map(async (end) => start('kept', { end })));
    const cancelled = ids[1] ?? '';
    await untilStatus(cancelled, 'waiting');
    await objectOf('kept').change({ id: cancelled, to: 'cancelled' });
    for (const id of ids) await untilFinal(id);
    const kept: (string | undefined)[][] = [];
    for (let day = 0; day <= 4; day += 1) {
      const listed = await objectOf('kept').list({ max: 10 });
      kept.push(listed.map(({ status }) => status).toSorted());
      // The purge rings once a day: what is past its time then goes.
      await passTime('kept', dayMs + 1_000);
    }
    expect(kept).toEqual([
      ['cancelled', 'completed', 'faulted'],
      ['cancelled', 'faulted'],
      ['faulted'],
      [],
      [],
    ]);
  });

  it('is purged with others in batches, and between two of them the object does other work', async () => {
    const count = limit.purgeBatchMax + 10;
    const object = objectOf('steps');
    const requests = Array.from({ length: count }, () => requestFor('steps', { count: 1 }));
    const ids = (await object.acceptAll(requests)).map((result) => expectAccepted(result).id);
    for (const id of ids) await untilFinal(id);
    const rows = async () =>
      runInDurableObject(object, (_object, { storage }) =>
        storage.sql
          .exec<{ executions: number; entries: number }>(
            'select (select count(*) from execution) as executions, (select count(*) from journal) as entries',
          )
          .one(),
      );
    await passTime('steps', 30 * dayMs + hourMs);
    expect(await rows()).toEqual({ executions: 10, entries: 10 });
    const id = await start('steps', { count: 0 });
    await untilFinal(id);
    await passTime('steps', limit.purgePauseMs);
    expect(await rows()).toEqual({ executions: 1, entries: 0 });
  });
});

describe('timers that are due at one moment', () => {
  it('are all served, in batches, also where the alarm is an hour late', async () => {
    const count = 2 * limit.timerBatchMax + 1;
    const object = objectOf('sleeper');
    const requests = Array.from({ length: count }, () => requestFor('sleeper', { for: '1 hour' }));
    const ids = (await object.acceptAll(requests)).map((result) => expectAccepted(result).id);
    for (const id of ids) await untilStatus(id, 'waiting');
    await evictDurableObject(object);
    await passTime('sleeper', 2 * hourMs);
    for (const id of ids) expect((await untilFinal(id)).status).toBe('completed');
    expect((await statusOf(ids[0] ?? '')).steps).toHaveLength(3);
  });

  it(
    'let what arrives in between be accepted, ten thousand of them, and each goes on once (DX-06)',
    { timeout: 120_000 },
    async () => {
      const count = 10_000;
      const object = objectOf('sleeper');
      const completed = async () =>
        runInDurableObject(object, (_object, { storage }) => {
          const question = "select count(*) as count from execution where status = 'completed'";
          return storage.sql.exec<{ count: number }>(question).one().count;
        });
      const ids: string[] = [];
      while (ids.length < count) {
        const requests = Array.from({ length: limit.groupCommitMax }, () =>
          requestFor('sleeper', { for: '1 hour' }),
        );
        ids.push(...(await object.acceptAll(requests)).map((result) => expectAccepted(result).id));
      }
      for (const id of ids) await untilStatus(id, 'waiting');

      const ringing = passTime('sleeper', hourMs);
      const late = await start('sleeper', { for: '1 hour' });
      expect(await completed()).toBeLessThan(ids.length);
      await ringing;
      for (const id of ids) await untilFinal(id);

      expect(await completed()).toBe(ids.length);
      expect(
        ids.filter((id) => callbackRuns.get(`${id}/before`) !== 1 || callbackRuns.get(`${id}/after`) !== 1),
      ).toEqual([]);
      expect((await statusOf(late)).status).toBe('waiting');
    },
  );
});

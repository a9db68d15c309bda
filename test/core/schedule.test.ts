import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dueRuns,
  nextRun,
  parseSchedule,
  type Schedule,
  type ScheduleDeclaration,
} from '../../src/core/schedule.ts';

const minute = 60_000;
const hour = 60 * minute;
const at = (iso: string) => Date.parse(iso);

function scheduleOf(declaration: ScheduleDeclaration): Schedule {
  const read = parseSchedule(declaration);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

/** The next `count` runs as ISO texts. */
function runsOf(declaration: ScheduleDeclaration, after: string, count: number): string[] {
  const schedule = scheduleOf(declaration);
  const runs: string[] = [];
  for (let run = nextRun(schedule, at(after)); run !== undefined && runs.length < count;) {
    runs.push(new Date(run).toISOString().replace(':00.000Z', 'Z'));
    run = nextRun(schedule, run);
  }
  return runs;
}

/** A cron field: anything, steps, or one value. */
function field(max: number, min = 0) {
  return fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 2, max: 6 }).map((step) => `*/${step}`),
    fc.integer({ min, max }).map(String),
  );
}

describe('a cron schedule', () => {
  it('runs at its time in UTC where no zone is given', () => {
    expect(runsOf({ cron: '30 9 * * 1-5' }, '2026-11-20T09:30:00Z', 2)).toEqual([
      '2026-11-23T09:30Z',
      '2026-11-24T09:30Z',
    ]);
  });

  it('runs at its time on the wall clock of its zone', () => {
    expect(runsOf({ cron: '0 9 * * *', timeZone: 'Europe/Berlin' }, '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T08:00Z',
      '2026-03-29T07:00Z',
      '2026-03-30T07:00Z',
    ]);
  });

  it('runs later than the moment asked for, never at it', () => {
    const schedule = scheduleOf({ cron: '* * * * *' });
    const run = at('2026-11-21T08:00:00Z');
    expect(nextRun(schedule, run - 1)).toBe(run);
    expect(nextRun(schedule, run)).toBe(run + minute);
    expect(nextRun(schedule, run + 999)).toBe(run + minute);
  });

  it('waits years for 29 February', () => {
    expect(runsOf({ cron: '0 0 29 2 *' }, '2026-11-21T00:00:00Z', 2)).toEqual([
      '2028-02-29T00:00Z',
      '2032-02-29T00:00Z',
    ]);
  });

  it('takes names, lists, steps, the last day and nicknames', () => {
    const from = '2026-11-21T08:00:00Z';
    expect(runsOf({ cron: '0 0 * JAN,JUL MON' }, from, 1)).toEqual(['2027-01-04T00:00Z']);
    expect(runsOf({ cron: '*/20 8 * * *' }, from, 2)).toEqual(['2026-11-21T08:20Z', '2026-11-21T08:40Z']);
    expect(runsOf({ cron: '0 0 L * *' }, from, 1)).toEqual(['2026-11-30T00:00Z']);
    expect(runsOf({ cron: '@daily' }, from, 1)).toEqual(['2026-11-22T00:00Z']);
  });

  it('of one time runs once a day: at the end of a gap, and at the first of two', () => {
    const cron = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
    expect(runsOf(cron, '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00Z', '2026-03-30T00:30Z']);
    expect(runsOf(cron, '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30Z', '2026-10-26T01:30Z']);
  });

  it('of many times follows the wall clock: none in a gap, both in an overlap', () => {
    const cron = { cron: '*/30 2 * * *', timeZone: 'Europe/Berlin' };
    expect(runsOf(cron, '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-30T00:00Z', '2026-03-30T00:30Z']);
    expect(runsOf(cron, '2026-10-24T12:00:00Z', 4)).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
    ]);
  });

  it('keeps its pace through a night without or with an hour more', () => {
    const cron = { cron: '0 * * * *', timeZone: 'America/New_York' };
    expect(runsOf(cron, '2026-03-08T05:30:00Z', 3)).toEqual([
      '2026-03-08T06:00Z',
      '2026-03-08T07:00Z',
      '2026-03-08T08:00Z',
    ]);
    expect(runsOf(cron, '2026-11-01T04:30:00Z', 3)).toEqual([
      '2026-11-01T05:00Z',
      '2026-11-01T06:00Z',
      '2026-11-01T07:00Z',
    ]);
  });

  it.each([['0 0 30 2 *'], ['0 0 31 2 *'], ['0 0 31 4,6,9,11 *']])(
    '%j is refused, as it never comes',
    (cron) => {
      expect(parseSchedule({ cron })).toEqual({
        ok: false,
        error: `Cannot read schedule as cron must be a time that comes: current value is ${JSON.stringify(cron)}`,
      });
    },
  );

  it.each([
    [''],
    ['* * * *'],
    ['* * * * * *'],
    ['0 0 1 1 * 2027'],
    ['60 * * * *'],
    ['* 24 * * *'],
    ['* * 0 * *'],
    ['* * 32 * *'],
    ['* * * 13 *'],
    ['* * * * 8'],
    ['*/0 * * * *'],
    ['5/5 * * * *'],
    ['10-5 * * * *'],
    ['-1 * * * *'],
    ['a b c d e'],
    ['? * * * *'],
    ['@reboot'],
    ['@sometimes'],
    ['@ * * * *'],
    ['2026-11-21T08:00:00'],
    [' * * * * *'],
    ['* * * * *\n'],
    ['*\t* * * *'],
    [`${'1,'.repeat(200)}1 * * * *`],
  ])('%j is refused with a sentence', (cron) => {
    const read = parseSchedule({ cron });
    expect(read).toEqual({
      ok: false,
      error: expect.stringMatching(
        /^Cannot read schedule as cron must be five fields.*: current value is ".*"$/s,
      ),
    });
  });

  it.each([
    [''],
    ['Mars/Olympus'],
    ['+02:00'],
    ['UTC+1'],
    ['Europe/Berlin '],
    ['../etc/passwd'],
    ['x'.repeat(500)],
  ])('a time zone of %j is refused with a sentence', (timeZone) => {
    expect(parseSchedule({ cron: '0 0 * * *', timeZone })).toEqual({
      ok: false,
      error: expect.stringMatching(/^Cannot read schedule as timeZone must be an IANA time zone/),
    });
  });

  it('comes ever later, and finds the same last run looking back', () => {
    const lines = fc
      .tuple(field(59), field(23), field(28, 1), field(12, 1), field(6))
      .map((fields) => fields.join(' '));
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'America/Havana',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'Asia/Kathmandu',
      'Pacific/Apia',
    );
    const starts = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });
    fc.assert(
      fc.property(lines, zones, starts, (cron, timeZone, start) => {
        const schedule = scheduleOf({ cron, timeZone });
        let before = start;
        for (let count = 0; count < 5; count += 1) {
          const run = nextRun(schedule, before);
          expect(run).toBeGreaterThan(before);
          before = run ?? Infinity;
          const question = { lastRunAt: start, now: before, misfire: 'once', max: 1 } as const;
          expect(dueRuns(schedule, question)).toEqual({ runs: [before], lastRunAt: before });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('an interval schedule', () => {
  it('runs at whole multiples since the epoch, whenever it was deployed', () => {
    const schedule = scheduleOf({ every: '15 minutes' });
    const run = at('2026-11-21T08:15:00Z');
    expect(nextRun(schedule, run - 1)).toBe(run);
    expect(nextRun(schedule, run)).toBe(run + 15 * minute);
    expect(nextRun(schedule, run + 1)).toBe(run + 15 * minute);
  });

  it('takes a second to a year', () => {
    expect(parseSchedule({ every: 1_000 })).toEqual({ ok: true, value: { kind: 'every', everyMs: 1_000 } });
    expect(parseSchedule({ every: '365 days' }).ok).toBe(true);
    expect(parseSchedule({ every: '366 days' }).ok).toBe(false);
    expect(parseSchedule({ every: 999 })).toEqual({
      ok: false,
      error: 'Cannot read schedule as every must be at least 1 second: current value is "999"',
    });
  });

  it('is refused where its duration cannot be read', () => {
    expect(parseSchedule({ every: 'now and then' })).toEqual({
      ok: false,
      error: expect.stringMatching(
        /^Cannot read schedule: Cannot read duration as it must be .*"now and then"$/,
      ),
    });
    expect(parseSchedule({ every: 0 }).ok).toBe(false);
  });
});

describe('due runs', () => {
  const schedule = scheduleOf({ cron: '0 * * * *' });
  const last = at('2026-11-21T08:00:00Z');
  const ask = (misfire: 'skip' | 'once' | 'all', now: number, max = 100) =>
    dueRuns(schedule, { lastRunAt: last, now, misfire, max });

  it.each(['skip', 'once', 'all'] as const)('are none before the time, with %s', (misfire) => {
    expect(ask(misfire, last)).toEqual({ runs: [], lastRunAt: last });
    expect(ask(misfire, last + hour - 1)).toEqual({ runs: [], lastRunAt: last });
  });

  it.each(['skip', 'once', 'all'] as const)('are the one whose time has come, with %s', (misfire) => {
    const run = last + hour;
    expect(ask(misfire, run)).toEqual({ runs: [run], lastRunAt: run });
    expect(ask(misfire, run + minute)).toEqual({ runs: [run], lastRunAt: run });
  });

  it('are none of the missed with skip, and those are decided', () => {
    expect(ask('skip', last + hour + minute + 1)).toEqual({ runs: [], lastRunAt: last + hour });
    expect(ask('skip', last + 5 * hour + 30 * minute)).toEqual({ runs: [], lastRunAt: last + 5 * hour });
    expect(ask('skip', last + 5 * hour + 1)).toEqual({ runs: [last + 5 * hour], lastRunAt: last + 5 * hour });
  });

  it('are the latest of the missed with once', () => {
    expect(ask('once', last + 5 * hour + 30 * minute)).toEqual({
      runs: [last + 5 * hour],
      lastRunAt: last + 5 * hour,
    });
  });

  it('are each of the missed with all, at most so many at a time', () => {
    const now = last + 5 * hour + 30 * minute;
    expect(ask('all', now).runs).toEqual([1, 2, 3, 4, 5].map((count) => last + count * hour));
    const first = ask('all', now, 2);
    expect(first).toEqual({ runs: [last + hour, last + 2 * hour], lastRunAt: last + 2 * hour });
    expect(nextRun(schedule, first.lastRunAt)).toBeLessThanOrEqual(now);
    const rest = dueRuns(schedule, { lastRunAt: first.lastRunAt, now, misfire: 'all', max: 3 });
    expect(rest).toEqual({ runs: [3, 4, 5].map((count) => last + count * hour), lastRunAt: last + 5 * hour });
    expect(nextRun(schedule, rest.lastRunAt)).toBeGreaterThan(now);
  });

  it.each(['skip', 'once', 'all'] as const)(
    'are none again where the clock went back, with %s',
    (misfire) => {
      expect(ask(misfire, last - 10 * hour)).toEqual({ runs: [], lastRunAt: last });
    },
  );

  it('of an interval are found without counting through a year', () => {
    const every = scheduleOf({ every: '1s' });
    const now = last + 365 * 24 * hour + 500;
    expect(dueRuns(every, { lastRunAt: last, now, misfire: 'once', max: 1 })).toEqual({
      runs: [now - 500],
      lastRunAt: now - 500,
    });
  });
});

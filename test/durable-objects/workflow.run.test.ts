import { abortAllDurableObjects, evictDurableObject, reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import type { PeerRequest } from '../peer/server.ts';
import { callbackRuns, drift, gates } from '../fixture/workflow.ts';
import { objectOf, passTime, start, statusOf, untilFinal, untilStatus } from './object.ts';
import { until } from '../until.ts';

const peerUrl = inject('peerUrl');

async function peerLog(name: string): Promise<PeerRequest[]> {
  return (await fetch(`${peerUrl}/log/${name}`)).json();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  drift.renamed = false;
  drift.shortened = false;
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

describe('step.do', () => {
  it('runs each step once and shows it', async () => {
    const shown = await untilFinal(await start('steps', { count: 3 }));
    expect(shown).toMatchObject({ status: 'completed', output: 3, error: null });
    expect(shown.steps.map(({ name, status, output }) => [name, status, output])).toEqual([
      ['add', 'completed', 1],
      ['add#2', 'completed', 1],
      ['add#3', 'completed', 1],
    ]);
  });

  it('lets callers in, however many follow one another without waiting for anything', async () => {
    const id = await start('steps', { count: 3_000 });
    const during = await statusOf(id);
    expect(during.status).toBe('running');
    expect(during.steps.length).toBeLessThan(3_000);
    expect((await untilFinal(id)).output).toBe(3_000);
  });

  it('keeps what plain JSON would lose, across an eviction', async () => {
    const id = await start('rich');
    const before = await untilStatus(id, 'waiting');
    await evictDurableObject(objectOf('rich'));
    await passTime('rich', 3_600_000);
    const shown = await untilFinal(id);
    expect(shown.output).toMatchObject({ year: 1970, has: true, big: true });
    const journaled = before.steps.filter(({ kind }) => kind === 'value').map(({ output }) => output);
    const { now, random, uuid } = shown.output as Record<string, unknown>;
    expect([now, random, uuid]).toEqual(journaled);
  });

  it.each([
    ['workflow', { code: 'error', name: 'RangeError', message: 'out of the workflow' }],
    ['non-retryable', { code: 'non-retryable', message: 'never again', step: 'fail' }],
    ['no-retries', { code: 'error', name: 'TypeError', message: 'not a function', step: 'fail' }],
    [
      'unserialisable',
      { code: 'misuse', message: expect.stringContaining("Cannot return this from step 'keep'") },
    ],
    [
      'nested',
      { code: 'misuse', message: expect.stringContaining("Cannot call step 'inner' inside step 'outer'") },
    ],
    ['bad-duration', { code: 'misuse', message: expect.stringContaining('a while') }],
    ['too-big', { code: 'misuse', message: expect.stringContaining("Cannot keep the result of step 'big'") }],
  ])('faults with a sentence for %s', async (how, error) => {
    const shown = await untilFinal(await start('thrower', { how }));
    expect(shown).toMatchObject({ status: 'faulted', output: null, error });
  });

  it('throws at the author what the step failed with', async () => {
    const shown = await untilFinal(await start('thrower', { how: 'caught' }));
    expect(shown).toMatchObject({ status: 'completed', output: { caught: 'Error: caught by the author' } });
  });

  it('faults where the event does not fit the input', async () => {
    const shown = await untilFinal(await start('steps', { count: 'three' }));
    expect(shown).toMatchObject({ status: 'faulted', steps: [], error: { code: 'input-invalid' } });
  });

  it('runs again, with the same idempotency key, after its object died in the middle', async () => {
    const gate = Promise.withResolvers<void>();
    gates.set('died', gate);
    const id = await start('gated', { gate: 'died' });
    await untilStatus(id, 'running');
    await abortAllDurableObjects();
    gate.resolve();
    const shown = await untilFinal(id);
    expect(shown.output).toBe(`${id}.0`);
    expect(callbackRuns.get(`${id}/gate`)).toBe(2);
  });
});

describe('step.http', () => {
  it('sends the idempotency key and journals the answer', async () => {
    const id = await start('request', { url: `${peerUrl}/answer/ok?status=201` });
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({
      status: 'completed',
      output: { status: 201, body: { name: 'ok', count: 1 } },
    });
    const [sent] = await peerLog('ok');
    expect(sent?.headers['idempotency-key']).toContain(`${id}.0`);
    expect(sent).toMatchObject({ method: 'POST', body: '{"hello":"peer"}' });
  });

  it('retries a 503 by the alarm, with the same key, and shows each attempt', async () => {
    const id = await start('request', { url: `${peerUrl}/answer/flaky?status=503,503,200` });
    const waiting = await untilStatus(id, 'waiting');
    expect(waiting.steps[0]).toMatchObject({ status: 'waiting', attempts: [{ error: { httpStatus: 503 } }] });
    expect(waiting.steps[0]?.nextAttemptAt).toBeDefined();
    await passTime('request', 1_000);
    await untilStatus(id, 'waiting', 'completed');
    await passTime('request', 2_000);
    const shown = await untilFinal(id);
    expect(shown.status).toBe('completed');
    expect(shown.steps[0]?.attempts).toHaveLength(3);
    const keys = (await peerLog('flaky')).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
  });

  it('honours Retry-After', async () => {
    const id = await start('request', { url: `${peerUrl}/answer/later?status=429,200&retry-after=60` });
    const { steps } = await untilStatus(id, 'waiting');
    const [attempt] = steps[0]?.attempts ?? [];
    expect(Date.parse(steps[0]?.nextAttemptAt ?? '') - Date.parse(attempt?.endedAt ?? '')).toBe(60_000);
  });

  it('takes a 404 for final', async () => {
    const shown = await untilFinal(await start('request', { url: `${peerUrl}/answer/gone?status=404` }));
    expect(shown).toMatchObject({ status: 'faulted', error: { httpStatus: 404, step: 'ask' } });
    expect(shown.steps[0]?.attempts).toHaveLength(1);
  });

  it('goes on after an eviction between two attempts', async () => {
    const id = await start('request', { url: `${peerUrl}/answer/evicted?status=503,200` });
    await untilStatus(id, 'waiting');
    await evictDurableObject(objectOf('request'));
    await passTime('request', 1_000);
    expect(await untilFinal(id)).toMatchObject({ status: 'completed' });
    expect(await peerLog('evicted')).toHaveLength(2);
  });
});

describe('step.sleep', () => {
  it('waits for its time, through an eviction, and runs no step twice', async () => {
    const id = await start('sleeper', { for: '1 day' });
    const waiting = await untilStatus(id, 'waiting');
    expect(waiting.steps.map(({ status }) => status)).toEqual(['completed', 'waiting']);
    await evictDurableObject(objectOf('sleeper'));
    await passTime('sleeper', 86_399_000);
    expect((await statusOf(id)).status).toBe('waiting');
    await passTime('sleeper', 1_000);
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: 1 });
    expect(callbackRuns.get(`${id}/before`)).toBe(1);
  });
});

describe('step.poll', () => {
  it('asks until it is told that it is done, one timer a question', async () => {
    const id = await start('poller', { url: `${peerUrl}/answer/unhurried`, times: 3 });
    for (let question = 1; question < 3; question += 1) {
      await until(async () => expect((await statusOf(id)).steps[0]?.attempts).toHaveLength(question));
      await untilStatus(id, 'waiting');
      await passTime('poller', 5_000);
    }
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: 3 });
  });

  it('gives up at its deadline', async () => {
    const id = await start('poller', { url: `${peerUrl}/answer/endless`, times: 99, deadline: '4s' });
    await untilStatus(id, 'waiting');
    await passTime('poller', 4_000);
    expect(await untilFinal(id)).toMatchObject({ status: 'faulted', error: { code: 'poll-deadline' } });
  });
});

describe('concurrent steps', () => {
  it('have the same race winner and results after a replay', async () => {
    const id = await start('parallel');
    const shown = await untilFinal(id);
    expect(shown.output).toEqual({ winner: 'fast', all: ['A', 'B', 'C'], any: 'good' });
    expect(shown.steps.find(({ name }) => name === 'slow')?.status).toBe('cancelled');
  });
});

describe('changed code', () => {
  async function waitThenChange(change: keyof typeof drift): Promise<string> {
    const id = await start('drifting');
    await untilStatus(id, 'waiting');
    await evictDurableObject(objectOf('drifting'));
    drift[change] = true;
    await passTime('drifting', 3_600_000);
    return id;
  }

  it('is detected where a step has another name on replay, in a sentence that names both', async () => {
    const shown = await untilFinal(await waitThenChange('renamed'));
    expect(shown.error).toMatchObject({
      code: 'nondeterministic',
      message: expect.stringMatching(/'second' \(do\).*now calls 'renamed' \(do\)/),
    });
  });

  it('is detected where the code waits for another step, and the one that comes next is never called', async () => {
    const id = await start('straying');
    await untilStatus(id, 'waiting');
    await evictDurableObject(objectOf('straying'));
    await passTime('straying', 86_400_000);
    for (let lease = 0; lease < 4; lease += 1) await passTime('straying', limit.divergencePatienceMs / 2);
    const shown = await untilFinal(id);
    expect(shown.error).toMatchObject({
      code: 'nondeterministic',
      message: expect.stringMatching(/'only the first time' \(do\).*has made 1 calls and waits for others/),
    });
  });

  it('is detected where a step is no longer asked for', async () => {
    const shown = await untilFinal(await waitThenChange('shortened'));
    expect(shown.error).toMatchObject({
      code: 'nondeterministic',
      message: expect.stringContaining("'second'"),
    });
  });
});

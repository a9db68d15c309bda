// One object's view of the hosts: it decides by its own copy, and asks and tells the shared one only where something is wrong.
import { describe, expect, it } from 'vitest';
import { limit } from '../../../src/core/limit.ts';
import {
  admitTo,
  afterReport,
  type BreakerState,
  closedBreaker,
} from '../../../src/engine/outbound/breaker.ts';
import type { Destination } from '../../../src/engine/outbound/partition.ts';
import { type SharedUpstream, upstreamGate } from '../../../src/engine/outbound/upstream.ts';
import { startedAt as now } from './port.ts';

const name = 'peer.example.com';
const host: Destination = { host: name, partition: 'orders' };
const other = (at: string): Destination => ({ host: at, partition: 'orders' });
const admitted = { admitted: true };

/** The shared state, in memory, which counts its calls and can be out of reach. */
function sharedState() {
  const states = new Map<string, BreakerState>();
  const calls: string[] = [];
  let reachable = true;
  const shared: SharedUpstream = {
    ask: async (to, at) => {
      calls.push(`ask ${to.host}`);
      if (!reachable) throw new Error('out of reach');
      const asked = admitTo(states.get(to.host) ?? closedBreaker, at, to.partition);
      states.set(to.host, asked.state);
      return asked;
    },
    tell: async (to, at, health, pause) => {
      calls.push(`tell ${to.host} ${health} ${pause.hostMs} ${pause.partitionMs}`);
      if (!reachable) throw new Error('out of reach');
      const state = afterReport(states.get(to.host) ?? closedBreaker, at, health, pause, to.partition);
      states.set(to.host, state);
      return state;
    },
  };
  return {
    shared,
    calls,
    goAway: () => {
      reachable = false;
    },
  };
}

async function failTimes(gate: ReturnType<typeof upstreamGate>, times: number, at = now): Promise<void> {
  for (let count = 0; count < times; count += 1) await gate.report(host, { status: 500 }, at);
}

describe('a host that is well', () => {
  it('costs no call', async () => {
    const { shared, calls } = sharedState();
    const gate = upstreamGate(shared);
    for (const status of [200, 201, 204, 302, 400, 404, 429]) {
      expect(await gate.admit(host, now)).toEqual(admitted);
      await gate.report(host, { status, remaining: 3, resetMs: 1_000 }, now);
    }
    expect(calls).toEqual([]);
  });

  it('costs no call any more once it is well again', async () => {
    const { shared, calls } = sharedState();
    const gate = upstreamGate(shared);
    await gate.report(host, { failure: 'network' }, now);
    await gate.report(host, { status: 200 }, now);
    expect(calls).toEqual([`tell ${name} failing 0 0`, `tell ${name} well 0 0`]);
    await gate.admit(host, now);
    await gate.report(host, { status: 200 }, now);
    expect(calls).toHaveLength(2);
  });
});

describe('a host that fails', () => {
  it('is left alone by all after ten failures of any of them', async () => {
    const { shared } = sharedState();
    const [one, two] = [upstreamGate(shared), upstreamGate(shared)];
    await failTimes(one, 5);
    await failTimes(two, 4);
    expect(await one.admit(host, now)).toEqual(admitted);
    await failTimes(one, 1);
    const open = { admitted: false, reason: 'open', retryAfterMs: limit.breakerPauseMs };
    expect(await one.admit(host, now)).toEqual(open);
    // The other has not heard of it: its next failure tells it.
    expect(await two.admit(host, now)).toEqual(admitted);
    await failTimes(two, 1);
    expect(await two.admit(host, now)).toEqual(open);
  });

  it('costs no call while it is left alone', async () => {
    const { shared, calls } = sharedState();
    const gate = upstreamGate(shared);
    await failTimes(gate, limit.breakerFailuresMax);
    const before = calls.length;
    for (let count = 0; count < 100; count += 1) await gate.admit(host, now + 1);
    expect(calls).toHaveLength(before);
  });

  it('is probed by one of all, whose success lets all go on', async () => {
    const { shared, calls } = sharedState();
    const [one, two] = [upstreamGate(shared), upstreamGate(shared)];
    await failTimes(one, limit.breakerFailuresMax);
    await failTimes(two, 1);
    const later = now + limit.breakerPauseMs;
    expect(await one.admit(host, later)).toEqual(admitted);
    expect(await two.admit(host, later)).toMatchObject({ admitted: false, reason: 'open' });
    await one.report(host, { status: 200 }, later + 50);
    expect(await one.admit(host, later + 50)).toEqual(admitted);
    // The other asks once, learns that it is closed, and asks no more.
    const asked = calls.length;
    expect(await two.admit(host, later + limit.requestTimeoutMs)).toEqual(admitted);
    expect(await two.admit(host, later + limit.requestTimeoutMs)).toEqual(admitted);
    expect(calls.slice(asked)).toEqual([`ask ${name}`]);
  });

  it('is no other host', async () => {
    const gate = upstreamGate(sharedState().shared);
    await failTimes(gate, limit.breakerFailuresMax);
    expect(await gate.admit(other(`${name}:8443`), now)).toEqual(admitted);
  });
});

describe('a host that wants to be left alone', () => {
  it('is, by all who heard of it', async () => {
    const { shared } = sharedState();
    const [one, two] = [upstreamGate(shared), upstreamGate(shared)];
    await one.report(host, { status: 503, retryAfterMs: 60_000 }, now);
    expect(await one.admit(host, now + 1)).toEqual({
      admitted: false,
      reason: 'throttled',
      retryAfterMs: 59_999,
    });
    await two.report(host, { status: 503 }, now + 1);
    expect(await two.admit(host, now + 1)).toMatchObject({ reason: 'throttled', retryAfterMs: 59_999 });
    expect(await one.admit(host, now + 60_000)).toEqual(admitted);
  });

  it('by those who share a limit is, by them alone', async () => {
    const { shared, calls } = sharedState();
    const [one, two] = [upstreamGate(shared), upstreamGate(shared)];
    const billing = { ...host, partition: 'billing' };
    await one.report(host, { status: 429, retryAfterMs: 60_000 }, now);
    expect(calls).toEqual([`tell ${name} unclear 0 60000`]);
    expect(await one.admit(host, now + 1)).toMatchObject({ reason: 'throttled', retryAfterMs: 59_999 });
    expect(await one.admit(billing, now + 1)).toEqual(admitted);
    // Another object hears of it where it has something to tell itself.
    await two.report(billing, { failure: 'network' }, now + 1);
    expect(await two.admit(host, now + 1)).toMatchObject({ reason: 'throttled', retryAfterMs: 59_999 });
    expect(await two.admit(billing, now + 1)).toEqual(admitted);
  });

  it('for less than a second is a matter of one’s own', async () => {
    const { shared, calls } = sharedState();
    const gate = upstreamGate(shared);
    await gate.report(host, { status: 200, remaining: 0, resetMs: 999 }, now);
    expect(calls).toEqual([]);
    expect(await gate.admit(host, now)).toMatchObject({ reason: 'throttled', retryAfterMs: 999 });
    await gate.report(host, { status: 200, remaining: 0, resetMs: 1_000 }, now);
    expect(calls).toEqual([`tell ${name} well 0 1000`]);
  });
});

describe('shared state that is out of reach', () => {
  it('leaves each with what it knows itself, and no call is lost for it', async () => {
    const { shared, goAway } = sharedState();
    const gate = upstreamGate(shared);
    goAway();
    await failTimes(gate, limit.breakerFailuresMax);
    expect(await gate.admit(host, now)).toMatchObject({ admitted: false, reason: 'open' });
    const later = now + limit.breakerPauseMs;
    expect(await gate.admit(host, later)).toEqual(admitted);
    expect(await gate.admit(host, later)).toMatchObject({ admitted: false });
    await gate.report(host, { status: 200 }, later);
    expect(await gate.admit(host, later)).toEqual(admitted);
  });
});

describe('many hosts', () => {
  it('that fail are remembered up to a number, the oldest forgotten first', async () => {
    const { shared, goAway } = sharedState();
    goAway();
    const gate = upstreamGate(shared);
    const pause = { status: 503, retryAfterMs: 60_000 };
    for (let at = 0; at <= limit.upstreamHostsMax; at += 1)
      await gate.report(other(`h${at}.example.com`), pause, now);
    expect(await gate.admit(other('h0.example.com'), now)).toEqual(admitted);
    expect(await gate.admit(other('h1.example.com'), now)).toMatchObject({ admitted: false });
    expect(await gate.admit(other(`h${limit.upstreamHostsMax}.example.com`), now)).toMatchObject({
      admitted: false,
    });
  });
});

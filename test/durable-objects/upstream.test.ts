// UpstreamObject on the real runtime: what one workflow object learns of a host, the others learn, also after an eviction.
import { proxyDurable } from 'itty-durable';
import { evictDurableObject, listDurableObjectIds, reset, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { upstreamPort } from '../../durable-objects/upstream.ts';
import { limit } from '../../src/core/limit.ts';
import { type BreakerState, closedBreaker } from '../../src/engine/outbound/breaker.ts';
import type { PeerRequest } from '../peer/server.ts';
import { passTime, start, untilFinal, untilStatus } from './object.ts';

const { UPSTREAM } = env as { UPSTREAM: DurableObjectNamespace };
const name = 'peer.example.com:8443';
const host = { host: name, partition: 'orders' };
const billing = { host: name, partition: 'billing' };
const now = Date.UTC(2026, 10, 21, 12);
const admitted = { admitted: true };

/** How many hosts have had an object so far: a reset empties them, and leaves them in the list. */
let objectsBefore = 0;
const objectsMade = async () => (await listDurableObjectIds(UPSTREAM)).length - objectsBefore;

beforeEach(async () => {
  objectsBefore = (await listDurableObjectIds(UPSTREAM)).length;
});
afterEach(reset);

describe('a host that is well', () => {
  it('has no object', async () => {
    const port = upstreamPort(UPSTREAM);
    for (const status of [200, 404, 429]) {
      expect(await port.admit(host, now)).toEqual(admitted);
      await port.report(host, { status }, now);
    }
    expect(await objectsMade()).toBe(0);
  });
});

describe('a host that fails', () => {
  it('is left alone by two objects that failed ten times between them', async () => {
    const [one, other] = [upstreamPort(UPSTREAM), upstreamPort(UPSTREAM)];
    for (let count = 0; count < limit.breakerFailuresMax / 2; count += 1) {
      await one.report(host, { status: 503 }, now);
      await other.report(host, { failure: 'timeout' }, now);
    }
    expect(await other.admit(host, now)).toEqual({
      admitted: false,
      reason: 'open',
      retryAfterMs: limit.breakerPauseMs,
    });
    expect(await objectsMade()).toBe(1);
  });

  it('is counted once for each failure, however many come at once', async () => {
    const ports = Array.from({ length: limit.breakerFailuresMax - 1 }, () => upstreamPort(UPSTREAM));
    await Promise.all(ports.map(async (port) => port.report(host, { status: 500 }, now)));
    const last = upstreamPort(UPSTREAM);
    await last.report(host, { status: 500 }, now);
    expect(await last.admit(host, now)).toMatchObject({ admitted: false, reason: 'open' });
  });

  it('is still known to after the object was evicted, and its one probe is given once', async () => {
    const [one, other] = [upstreamPort(UPSTREAM), upstreamPort(UPSTREAM)];
    for (let count = 1; count < limit.breakerFailuresMax; count += 1)
      await one.report(host, { status: 500 }, now);
    await evictDurableObject(UPSTREAM.getByName(name));
    await other.report(host, { status: 500 }, now);
    await one.report(host, { status: 500 }, now);
    const later = now + limit.breakerPauseMs;
    const admissions = await Promise.all([one.admit(host, later), other.admit(host, later)]);
    expect(admissions.filter(({ admitted: may }) => may)).toHaveLength(1);
    await evictDurableObject(UPSTREAM.getByName(name));
    // An object that knows nothing yet has to fail once to learn.
    const third = upstreamPort(UPSTREAM);
    await third.report(host, { status: 500 }, later);
    expect(await third.admit(host, later)).toMatchObject({ admitted: false, reason: 'open' });
  });

  it('is well again for all once one probe succeeded', async () => {
    const [one, other] = [upstreamPort(UPSTREAM), upstreamPort(UPSTREAM)];
    for (let count = 0; count < limit.breakerFailuresMax; count += 1)
      await one.report(host, { status: 500 }, now);
    await other.report(host, { status: 500 }, now);
    const later = now + limit.breakerPauseMs;
    expect(await one.admit(host, later)).toEqual(admitted);
    await one.report(host, { status: 200 }, later);
    expect([await one.admit(host, later), await other.admit(host, later)]).toEqual([admitted, admitted]);
    const storedState = await runInDurableObject(UPSTREAM.getByName(name), async (_object, { storage }) =>
      storage.get('data'),
    );
    expect(storedState).toMatchObject({ failures: 0, openings: 0, openUntil: 0, probeUntil: 0 });
  });
});

describe('a host that wants to be left alone', () => {
  it('is, by every object that asks it once', async () => {
    const [one, other] = [upstreamPort(UPSTREAM), upstreamPort(UPSTREAM)];
    await one.report(host, { status: 503, retryAfterMs: 60_000 }, now);
    await other.report(billing, { failure: 'network' }, now + 1_000);
    expect(await other.admit(billing, now + 1_000)).toEqual({
      admitted: false,
      reason: 'throttled',
      retryAfterMs: 59_000,
    });
    expect(await other.admit(billing, now + 60_000)).toEqual(admitted);
  });

  it('by those who share a limit is by no others, in any object, also after an eviction', async () => {
    const [one, other] = [upstreamPort(UPSTREAM), upstreamPort(UPSTREAM)];
    await one.report(host, { status: 429, retryAfterMs: 60_000 }, now);
    await evictDurableObject(UPSTREAM.getByName(name));
    await other.report(billing, { failure: 'network' }, now + 1_000);
    for (const port of [one, other]) {
      expect(await port.admit(host, now + 1_000)).toMatchObject({
        reason: 'throttled',
        retryAfterMs: 59_000,
      });
      expect(await port.admit(billing, now + 1_000)).toEqual(admitted);
      expect(await port.admit(host, now + 60_000)).toEqual(admitted);
    }
  });

  it('is known of where the object that is told is of the version before', async () => {
    const { pauses: _, ...before } = { ...closedBreaker, throttledUntil: now + 60_000 };
    const namespace = { idFromName: () => 'id', get: () => ({ fetch: async () => Response.json(before) }) };
    const port = upstreamPort(namespace);
    await port.report(host, { status: 503 }, now);
    expect(await port.admit(host, now)).toMatchObject({ reason: 'throttled', retryAfterMs: 60_000 });
  });

  it('is known of to an object of the version before, and what that one knew is still known', async () => {
    const { pauses: _, ...before } = { ...closedBreaker, throttledUntil: now + 60_000 };
    await runInDurableObject(UPSTREAM.getByName(name), async (_object, { storage }) =>
      storage.put('data', before),
    );
    const stub = proxyDurable(UPSTREAM, { parse: true }).get(name) as {
      tell(...told: readonly (number | string)[]): Promise<BreakerState>;
    };
    expect(await stub.tell(now, 'failing', 0)).toMatchObject({ failures: 1, throttledUntil: now + 60_000 });
    const port = upstreamPort(UPSTREAM);
    await port.report(host, { status: 503 }, now);
    expect(await port.admit(billing, now)).toMatchObject({ reason: 'throttled', retryAfterMs: 60_000 });
  });
});

describe('an address of IPv6', () => {
  it('has an object too', async () => {
    const port = upstreamPort(UPSTREAM);
    const address = { host: '[2606:4700:4700::1111]:8443', partition: 'orders' };
    await port.report(address, { status: 503, retryAfterMs: 5_000 }, now);
    expect(await port.admit(address, now)).toMatchObject({ reason: 'throttled' });
    expect(await objectsMade()).toBe(1);
  });
});

describe('a binding that is not there', () => {
  it('lets every request through, and each object decides by what it knows', async () => {
    const port = upstreamPort(undefined);
    expect(await port.admit(host, now)).toEqual(admitted);
    await port.report(host, { status: 429, retryAfterMs: 60_000 }, now);
    expect(await port.admit(host, now)).toMatchObject({ reason: 'throttled' });
  });
});

describe('executions of one workflow', () => {
  const peerUrl = inject('peerUrl');
  const logOf = async (what: string): Promise<PeerRequest[]> =>
    (await fetch(`${peerUrl}/log/${what}`)).json();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ask a host that is well without a request to its object', async () => {
    const shown = await untilFinal(await start('request', { url: `${peerUrl}/answer/well` }));
    expect(shown.status).toBe('completed');
    expect(await objectsMade()).toBe(0);
  });

  it('leave a host alone that one of them was told is unavailable, and come back when it is time', async () => {
    const first = await start('request', { url: `${peerUrl}/answer/busy?status=503,200&retry-after=60` });
    await untilStatus(first, 'waiting');
    const second = await start('request', { url: `${peerUrl}/body/next` });
    const held = await untilStatus(second, 'waiting');
    expect(held.steps[0]).toMatchObject({ attempts: [{ error: { code: 'throttled' } }] });
    expect(await logOf('next')).toEqual([]);
    await passTime('request', 60_000);
    expect((await untilFinal(first)).status).toBe('completed');
    // Those that were turned away come back spread over some time, and none of them has used up a retry.
    await passTime('request', 10_000);
    expect((await untilFinal(second)).status).toBe('completed');
    expect([(await logOf('busy')).length, (await logOf('next')).length]).toEqual([2, 1]);
  });

  it('leave a part of a host alone whose limit is used up, and ask the other parts', async () => {
    const first = await start('request', { url: `${peerUrl}/answer/spent?status=429,200&retry-after=60` });
    await untilStatus(first, 'waiting');
    const same = await start('request', { url: `${peerUrl}/answer/held` });
    expect((await untilStatus(same, 'waiting')).steps[0]).toMatchObject({
      attempts: [{ error: { code: 'throttled' } }],
    });
    const elsewhere = await start('request', { url: `${peerUrl}/body/free` });
    expect((await untilFinal(elsewhere)).status).toBe('completed');
    expect([(await logOf('held')).length, (await logOf('free')).length]).toEqual([0, 1]);
  });
});

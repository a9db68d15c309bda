// What the tests of the examples share: the peer's log, events for an execution, a clock that stands still.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, expect, inject, vi } from 'vitest';
import type { ShownExecution } from '../../src/core/execution.ts';
import type { PeerRequest } from '../peer/server.ts';
import { objectOf, passTime, statusOf } from '../durable-objects/object.ts';
import { until } from '../until.ts';

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Stops the clock for each test, and forgets every object after it. */
export function useStillClock(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(async () => {
    vi.useRealTimers();
    await reset();
  });
}

export function peerLog(name: string): Promise<PeerRequest[]> {
  return fetch(`${inject('peerUrl')}/log/${name}`).then((answer) => answer.json());
}

/** Sends an event to an execution, as `POST /v1/executions/{id}/events` does. */
export async function send(id: string, type: string, data: unknown = {}): Promise<void> {
  const event = { id, eventId: crypto.randomUUID(), type, data: JSON.stringify(data) };
  expect(await objectOf(workflowOf(id)).send(event)).toMatchObject({ ok: true });
}

/** Waits until the execution waits in the step. */
export async function untilWaitingIn(id: string, name: string): Promise<ShownExecution> {
  return until(async () => {
    const shown = await statusOf(id);
    expect(shown.status).toBe('waiting');
    expect(shown.steps.at(-1)).toMatchObject({ name, status: 'waiting' });
    return shown;
  });
}

/** Lets the wait of a step run out. */
export async function passStep(id: string, name: string, ms: number): Promise<void> {
  await untilWaitingIn(id, name);
  await passTime(workflowOf(id), ms);
}

/** What is in the link of an approval, found in what the peer was sent: enough to decide as `POST /v1/approvals/{token}` does. */
export async function decide(
  id: string,
  step: number,
  decision: 'approved' | 'rejected',
  comment?: string,
): Promise<void> {
  const request = { id, step, decision, ...(comment === undefined ? {} : { comment }) };
  expect(await objectOf(workflowOf(id)).decide(request)).toMatchObject({ ok: true });
}

function workflowOf(id: string): string {
  return id.split('.')[0] ?? '';
}

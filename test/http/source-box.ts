// What the tests of captured secrets share: a box whose vendor hands its secret over in a handshake.
import { steps } from '../fixture/workflow.ts';
import { hex, hmacSha256 } from '../webhooks/request.ts';
import { boxOf, type BoxOptions } from './box.ts';

export const firstSecret = 'fake-hook-secret-of-the-first';
export const secondSecret = 'fake-hook-secret-of-the-second';

/** What the vendor sends as an event. */
export const taskEvent = JSON.stringify({
  events: [{ resource: { gid: '1' }, action: 'added', created_at: '2026-11-21T09:00:00Z' }],
});

export const forgetPath = '/v1/sources/tasks/secrets/handshake';

/** A box, or another isolate of the same one. */
export function makePairingBox({
  provider = 'asana',
  secrets = [],
  ...more
}: { readonly provider?: string; readonly secrets?: string[] } & Pick<
  BoxOptions,
  'now' | 'sourceObject'
> = {}) {
  const box = boxOf({
    ...more,
    sources: [{ name: 'tasks', provider, secrets }],
    listeners: [[steps, { source: 'tasks', map: () => ({ count: 0 }) }]],
  });
  /** Shakes hands with this secret, and gives the answer once all that was left for after it is done. */
  const shake = async (secret: string) => {
    const headers = { 'X-Hook-Secret': secret };
    const response = await box.ask('/v1/hooks/tasks', { method: 'POST', headers });
    await box.settled();
    return response;
  };
  const send = async (secret: string) => {
    const response = await box.ask('/v1/hooks/tasks', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Hook-Signature': hex(await hmacSha256(secret, taskEvent)),
      },
      body: taskEvent,
    });
    await box.settled();
    return response;
  };
  const forget = async () => box.api(forgetPath, { method: 'DELETE' });
  return { ...box, shake, send, forget };
}

// What the log keeps of genuine deliveries that start nothing.
import { describe, expect, it } from 'vitest';
import { signed, sourceObject } from './box.ts';
import { makeLogBox, stopClock } from './delivery-box.ts';

stopClock();

const everything = { from: '', before: 'g', max: 100 };

describe('what is kept of a genuine delivery that starts nothing', () => {
  it('of a duplicate: its key, its event, and what the first has started', async () => {
    const { send } = makeLogBox();
    const { executions } = await send(1);
    await send(1);
    expect(await sourceObject('shop').deliveries(everything)).toMatchObject([
      {
        outcome: 'duplicate',
        key: 'SHOP_SECRET',
        events: [expect.any(String)],
        executions,
        body: { kind: 'left-out' },
      },
    ]);
  });

  it('of one that no trigger wants: its key, its event and its body', async () => {
    const { send } = makeLogBox();
    await send(1, 'star');
    expect(await sourceObject('shop').deliveries(everything)).toMatchObject([
      {
        outcome: 'filtered',
        key: 'SHOP_SECRET',
        events: [expect.any(String)],
        executions: [],
        body: { kind: 'bytes' },
      },
    ]);
  });

  it('of one that can’t be read: why, and its body', async () => {
    const { post } = makeLogBox();
    const { init } = await signed('shop', 'github', { body: '{' });
    expect((await post(init)).status).toBe(400);
    expect(await sourceObject('shop').deliveries(everything)).toMatchObject([
      {
        outcome: 'rejected',
        reason: 'unreadable-not-json',
        key: 'SHOP_SECRET',
        body: { kind: 'bytes', length: 1 },
      },
    ]);
  });

  it('of one that a limit turned away: its key and its event', async () => {
    const { post } = makeLogBox({ rate: { limit: 1, windowSeconds: 86_400 } }, 'all');
    for (const id of [1, 2]) await post((await signed('shop', 'github', { body: `{"id":${id}}` })).init);
    expect(await sourceObject('shop').deliveries(everything)).toMatchObject([
      { outcome: 'throttled', key: 'SHOP_SECRET', events: [expect.any(String)], body: { kind: 'bytes' } },
    ]);
  });
});

// Waiting that a signal ends.
import { describe, expect, it, vi } from 'vitest';
import { race } from '../../../src/engine/outbound/race.ts';

describe('a race against a signal', () => {
  it('is what the work comes to', async () => {
    const { signal } = new AbortController();
    expect(await race(Promise.resolve(7), signal)).toBe(7);
    await expect(race(Promise.reject(new Error('lost')), signal)).rejects.toThrow('lost');
  });

  it('ends with the signal’s reason, though the work goes on', async () => {
    const controller = new AbortController();
    const waiting = race(new Promise(() => {}), controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(race(new Promise(() => {}), AbortSignal.abort('a text'))).rejects.toThrow('a text');
  });

  it('leaves no listener at a signal that outlives it', async () => {
    const { signal } = new AbortController();
    const listen = vi.spyOn(signal, 'addEventListener');
    await race(Promise.resolve(), signal);
    await race(Promise.reject(new Error('lost')), signal).catch(() => {});
    expect(listen).toHaveBeenCalledTimes(2);
    for (const [, , options] of listen.mock.calls) {
      expect(options).toMatchObject({ signal: { aborted: true } });
    }
  });
});

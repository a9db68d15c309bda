// Who gets a connection when there are fewer than are wanted.
import { describe, expect, it } from 'vitest';
import { ConnectionSlots } from '../../durable-objects/connection-slot.ts';
import { limit } from '../../src/core/limit.ts';

const { connectionSlotsMax: count } = limit;

/** Asks for slots, and notes who has got one in which order. */
function crowd() {
  const slots = new ConnectionSlots();
  const entered: string[] = [];
  const releases: (() => void)[] = [];
  const ask = (name: string, host: string, signal = new AbortController().signal) => {
    const taken = slots.take(signal, host).then((release) => {
      entered.push(name);
      releases.push(release);
    });
    taken.catch(() => {});
    return taken;
  };
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    entered,
    ask,
    settle,
    /** The one that has held its slot longest gives it back. */
    release: async () => {
      releases.shift()?.();
      await settle();
    },
    releases,
  };
}

async function full() {
  const made = crowd();
  for (let at = 1; at <= count; at += 1) void made.ask(`slow ${at}`, 'slow');
  await made.settle();
  made.entered.splice(0);
  return made;
}

describe('slots', () => {
  it('are as many as the limit, for one host too', async () => {
    const { ask, entered, settle, release } = crowd();
    for (let at = 1; at <= count + 1; at += 1) void ask(`slow ${at}`, 'slow');
    await settle();
    expect(entered).toHaveLength(count);
    await release();
    expect(entered.at(-1)).toBe(`slow ${count + 1}`);
  });

  it('are given within a host in the order of asking', async () => {
    const { ask, entered, release } = await full();
    for (const name of ['a', 'b', 'c']) void ask(name, 'slow');
    for (let at = 0; at < 3; at += 1) await release();
    expect(entered).toEqual(['a', 'b', 'c']);
  });

  it('are given to the hosts in turn: a crowd at one does not stand before another', async () => {
    const { ask, entered, release } = await full();
    for (let at = 1; at <= 4; at += 1) void ask(`slow ${at}`, 'slow');
    for (let at = 1; at <= 2; at += 1) void ask(`fast ${at}`, 'fast');
    void ask('other 1', 'other');
    for (let at = 0; at < 7; at += 1) await release();
    expect(entered).toEqual(['slow 1', 'fast 1', 'other 1', 'slow 2', 'fast 2', 'slow 3', 'slow 4']);
  });

  it('are not given to those that wait no longer', async () => {
    const { ask, entered, release } = await full();
    const gone = new AbortController();
    const waiting = ask('gone', 'left', gone.signal);
    void ask('staying', 'slow');
    gone.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
    await release();
    expect(entered).toEqual(['staying']);
  });

  it('are not given at all where nobody wants one any more', async () => {
    const { ask } = await full();
    const gone = new AbortController();
    gone.abort(new Error('given up'));
    await expect(ask('gone', 'slow', gone.signal)).rejects.toThrow('given up');
  });

  it('are given back once, however often that is said', async () => {
    const { ask, entered, releases, settle } = await full();
    for (const name of ['a', 'b']) void ask(name, 'slow');
    const [release] = releases;
    release?.();
    release?.();
    await settle();
    expect(entered).toEqual(['a']);
  });
});

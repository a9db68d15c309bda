// Million: accepting beside no stored execution, and beside a million of 1 KiB each that ended in the month before.
import { load } from '../load.ts';
import { expectAccepted, inRounds, type Part, ratioOf } from '../part.ts';
import type { Signalbox } from '../contender/signalbox.ts';
import { median } from '../statistic.ts';

const stored = 1_000_000;
const atOnce = 20_000;
const fillSecondsMax = 40;

export const million: Part = async ({ another, say }) => {
  await using empty = await another();
  await using full = await another();
  say(`filling an object with ${stored} executions`);
  const began = performance.now();
  let filled = 0;
  while (filled < stored && performance.now() - began < fillSecondsMax * 1_000) {
    await full.fill(filled, filled + atOnce, stored);
    filled += atOnce;
  }
  say(`filled ${filled} in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  const rates = await inRounds(5, {
    empty: async () => acceptsPerSecond(empty),
    full: async () => acceptsPerSecond(full),
  });
  return [
    {
      what: `accept, 16 connections, with ${filled} executions stored, against none`,
      numbers: `${median(rates.full).toFixed(0)}/s · ${median(rates.empty).toFixed(0)}/s`,
      measured: ratioOf(rates.full, rates.empty),
      bar: { least: 1 / 1.2 },
    },
  ];
};

async function acceptsPerSecond(signalbox: Signalbox): Promise<number> {
  const next = () => signalbox.start(0);
  return (await load(signalbox.url, { connections: 16, seconds: 1.5, next, check: expectAccepted }))
    .perSecond;
}

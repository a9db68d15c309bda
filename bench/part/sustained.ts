// Sustained: executions of 3 steps, from the first event to the end of the last execution, 64 connections.
import type { Contender } from '../contender/contender.ts';
import { load } from '../load.ts';
import { expectAccepted, inRounds, type Part, ratioOf, untilEnded } from '../part.ts';
import { median } from '../statistic.ts';

export const sustained: Part = async ({ signalbox, cloudflare, restate, say }) => {
  say('sustained, 3 steps');
  const rates = await inRounds(4, {
    signalbox: async () => endedPerSecond(signalbox),
    cloudflare: async () => endedPerSecond(cloudflare),
    ...(restate === undefined ? {} : { restate: async () => endedPerSecond(restate) }),
  });
  const numbers = Object.entries(rates).map(([name, each]) => `${name} ${median(each).toFixed(0)}/s`);
  const what = 'executions of 3 steps a second, sustained, against';
  return [
    {
      what: `${what} Cloudflare Workflows`,
      numbers: numbers.join(' · '),
      measured: ratioOf(rates.signalbox, rates.cloudflare),
      bar: { least: 5 },
    },
    ...(rates.restate === undefined
      ? []
      : [{ what: `${what} Restate`, numbers: '', measured: ratioOf(rates.signalbox, rates.restate) }]),
  ];
};

async function endedPerSecond(contender: Contender): Promise<number> {
  const before = await contender.ended();
  const began = performance.now();
  const next = () => contender.start(3);
  const { count } = await load(contender.url, { connections: 64, seconds: 2, next, check: expectAccepted });
  await untilEnded(contender, before + count);
  return (count * 1_000) / (performance.now() - began);
}

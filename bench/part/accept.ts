// Accepting: 1 KiB events from 1, 16 and 64 connections. Those that are more than a floor also run what they accept: a workflow
// without steps.
import type { Contender } from '../contender/contender.ts';
import { load, type Load } from '../load.ts';
import { expectAccepted, type Finding, inRounds, type Part, ratioOf, untilEnded } from '../part.ts';
import { median } from '../statistic.ts';

const seconds = 1;

/** What Signalbox must reach against each, where there is a throng: bars are on throughput. */
const bars = {
  naive: { least: 2 },
  grouped: { least: 0.7 },
  cloudflare: { least: 25 },
} as const;

export const accept: Part = async ({ signalbox, floor, cloudflare, restate, say }) => {
  const findings: Finding[] = [];
  for (const connections of [1, 16, 64]) {
    say(`accept, ${connections} connections`);
    const loads: Record<string, Load[]> = {};
    const measure = async (name: string, url: string, next: () => string): Promise<Load> => {
      const result = await load(url, { connections, seconds, next, check: expectAccepted });
      (loads[name] ??= []).push(result);
      return result;
    };
    const insert = (how: 'naive' | 'grouped') => async () =>
      (await measure(how, floor.url, () => floor.insert(how))).perSecond;
    const start = (contender: Contender) => async () => {
      const before = await contender.ended();
      const { count, perSecond } = await measure(contender.name, contender.url, () => contender.start(0));
      await untilEnded(contender, before + count);
      return perSecond;
    };
    const { signalbox: ours, ...theirs } = await inRounds(3, {
      signalbox: start(signalbox),
      naive: insert('naive'),
      grouped: insert('grouped'),
      cloudflare: start(cloudflare),
      ...(restate === undefined ? {} : { restate: start(restate) }),
    });
    findings.push({ what: `accept, ${connections} connections`, numbers: describe(loads) });
    for (const [name, rates] of Object.entries(theirs)) {
      const bar =
        connections === 64 ? Object.entries(bars).find(([rival]) => rival === name)?.[1] : undefined;
      findings.push({
        what: `accept, ${connections} connections, against ${name}`,
        numbers: '',
        measured: ratioOf(ours, rates),
        ...(bar === undefined ? {} : { bar }),
      });
    }
  }
  return findings;
};

function describe(loads: Readonly<Record<string, readonly Load[]>>): string {
  const each = Object.entries(loads).map(([name, [, ...counted]]) => {
    const of = (read: (one: Load) => number, digits: number) => median(counted.map(read)).toFixed(digits);
    const rate = of(({ perSecond }) => perSecond, 0);
    return `${name} ${rate}/s (p50 ${of(({ p50Ms }) => p50Ms, 1)}, p99 ${of(({ p99Ms }) => p99Ms, 1)} ms)`;
  });
  return each.join(' · ');
}

// Accepting: 1 KiB events from 1, 16 and 64 connections. Signalbox and Cloudflare Workflows also run what they accept: a workflow
// without steps.
import { load, type Load } from '../load.ts';
import { expectAccepted, type Finding, inRounds, type Part, ratioOf, untilEnded } from '../part.ts';
import { median } from '../statistic.ts';

const seconds = 1;

export const accept: Part = async ({ signalbox, floor, cloudflare, say }) => {
  const findings: Finding[] = [];
  for (const connections of [1, 16, 64]) {
    say(`accept, ${connections} connections`);
    const latencies: Record<string, Load[]> = {};
    const measure = (name: string, url: string, next: () => string) => async () => {
      const result = await load(url, { connections, seconds, next, check: expectAccepted });
      (latencies[name] ??= []).push(result);
      return result.perSecond;
    };
    const own = async (contender: typeof cloudflare): Promise<number> => {
      const before = await contender.ended();
      const run = measure(contender.name, contender.url, () => contender.start(0));
      const perSecond = await run();
      await untilEnded(contender, before + (latencies[contender.name]?.at(-1)?.count ?? 0));
      return perSecond;
    };
    const rates = await inRounds(3, {
      naive: measure('naive', floor.url, () => floor.insert('naive')),
      grouped: measure('grouped', floor.url, () => floor.insert('grouped')),
      signalbox: async () => own(signalbox),
      cloudflare: async () => own(cloudflare),
    });
    const show = (name: 'naive' | 'grouped' | 'signalbox' | 'cloudflare', key: string = name) => {
      const counted = latencies[key]?.slice(1) ?? [];
      const [p50, p99] = [
        median(counted.map(({ p50Ms }) => p50Ms)),
        median(counted.map(({ p99Ms }) => p99Ms)),
      ];
      return `${name} ${median(rates[name]).toFixed(0)}/s (p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms)`;
    };
    const numbers = [
      show('signalbox'),
      show('naive'),
      show('grouped'),
      show('cloudflare', cloudflare.name),
    ].join(' · ');
    const ratio = (name: 'naive' | 'grouped' | 'cloudflare') => ratioOf(rates.signalbox, rates[name]);
    const what = `accept, ${connections} connections, against`;
    findings.push(
      { what: `${what} the naive floor`, numbers, ratio: ratio('naive'), ...barAt64(connections, 2) },
      {
        what: `${what} the floor with group commit`,
        numbers: '',
        ratio: ratio('grouped'),
        ...barAt64(connections, 0.7),
      },
      {
        what: `${what} Cloudflare Workflows`,
        numbers: '',
        ratio: ratio('cloudflare'),
        ...barAt64(connections, 25),
      },
    );
  }
  return findings;
};

/** Bars are on throughput: they hold where there is a throng. */
function barAt64(connections: number, least: number): Pick<Finding, 'bar'> {
  return connections === 64 ? { bar: { least } } : {};
}

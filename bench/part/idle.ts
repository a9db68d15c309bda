// Idle: from the event to the answer that says that it is done, with nothing else going on, as a caller sees it who asks again and
// again without a pause.
import { Connection } from '../connection.ts';
import type { Contender } from '../contender/contender.ts';
import { expectAccepted, type Finding, inRounds, type Part, ratioOf } from '../part.ts';
import { median } from '../statistic.ts';

const rounds = 20;

export const idle: Part = async ({ signalbox, cloudflare, restate, say }) => {
  const findings: Finding[] = [];
  for (const count of [1, 5, 50]) {
    say(`idle, ${count} steps`);
    const times = await inRounds(rounds, {
      signalbox: async () => untilDone(signalbox, count),
      cloudflare: async () => untilDone(cloudflare, count),
      ...(restate === undefined ? {} : { restate: async () => untilDone(restate, count) }),
    });
    const numbers = Object.entries(times).map(([name, each]) => `${name} ${median(each).toFixed(1)} ms`);
    const what = `time from accept to done, ${count} steps, against`;
    findings.push({
      what: `${what} Cloudflare Workflows`,
      numbers: numbers.join(' · '),
      measured: ratioOf(times.signalbox, times.cloudflare),
      bar: { most: 0.7 },
    });
    if (times.restate === undefined) continue;
    findings.push({
      what: `${what} Restate`,
      numbers: '',
      measured: ratioOf(times.signalbox, times.restate),
    });
  }
  return findings;
};

async function untilDone(contender: Contender, count: number): Promise<number> {
  const connection = await Connection.open(contender.url);
  const began = performance.now();
  const accepted = await connection.ask(contender.start(count));
  expectAccepted(accepted);
  const question = contender.status(contender.idOf(accepted.body));
  for (let asked = 0; asked < 10_000; asked += 1) {
    if (!contender.isDone(await connection.ask(question))) continue;
    const took = performance.now() - began;
    connection.close();
    return took;
  }
  throw new Error(`${contender.name} is not done with ${count} steps`);
}

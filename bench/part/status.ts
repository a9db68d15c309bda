// Status: how often an execution's status can be asked, 16 connections: of one that sleeps, and of one that is over.
import { Connection } from '../connection.ts';
import type { Contender } from '../contender/contender.ts';
import { load } from '../load.ts';
import { expectAccepted, type Finding, inRounds, type Part, ratioOf, untilEnded } from '../part.ts';
import { median } from '../statistic.ts';

export const status: Part = async ({ signalbox, cloudflare, say }) => {
  say('statuses');
  const [ours, theirs] = [await prepare(signalbox), await prepare(cloudflare)];
  const rates = await inRounds(4, {
    oursSleeping: async () => polls(signalbox, ours.sleeping),
    theirsSleeping: async () => polls(cloudflare, theirs.sleeping),
    oursDone: async () => polls(signalbox, ours.done),
    theirsDone: async () => polls(cloudflare, theirs.done),
  });
  const finding = (what: string, our: readonly number[], their: readonly number[]): Finding => ({
    what: `statuses a second of an execution that ${what}, against Cloudflare Workflows`,
    numbers: `signalbox ${median(our).toFixed(0)}/s · cloudflare ${median(their).toFixed(0)}/s`,
    measured: ratioOf(our, their),
    bar: { least: 4 },
  });
  return [
    finding('sleeps', rates.oursSleeping, rates.theirsSleeping),
    finding('is over', rates.oursDone, rates.theirsDone),
  ];
};

async function prepare(contender: Contender): Promise<{ readonly sleeping: string; readonly done: string }> {
  const connection = await Connection.open(contender.url);
  const sleeping = await connection.ask(contender.startSleeping());
  const before = await contender.ended();
  const done = await connection.ask(contender.start(3));
  for (const answer of [sleeping, done]) expectAccepted(answer);
  await untilEnded(contender, before + 1);
  connection.close();
  return { sleeping: contender.idOf(sleeping.body), done: contender.idOf(done.body) };
}

async function polls(contender: Contender, id: string): Promise<number> {
  const question = contender.status(id);
  const { perSecond } = await load(contender.url, {
    connections: 16,
    seconds: 1,
    next: () => question,
    check: (answer) => {
      if (answer.status !== 200) throw new Error(`no status: ${answer.status} ${answer.body}`);
    },
  });
  return perSecond;
}

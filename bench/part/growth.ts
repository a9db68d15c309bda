// Growth: what a step costs early and late in an execution of 10 000 steps.
import { Connection } from '../connection.ts';
import { expectAccepted, type Part, untilEnded } from '../part.ts';
import { median } from '../statistic.ts';

const steps = 10_000;
/** Stretches of steps whose mean is taken, by the step they stand for. */
const stretches = [
  { name: '10th', from: 10, to: 110 },
  { name: '1 000th', from: 950, to: 1_050 },
  { name: '10 000th', from: 9_900, to: 10_000 },
] as const;

const executions = 9;

export const growth: Part = async ({ signalbox, say }) => {
  say(`growth, ${executions} executions of ${steps} steps`);
  const connection = await Connection.open(signalbox.url);
  const costs: number[][] = [];
  for (let execution = 0; execution < executions; execution += 1) {
    const before = await signalbox.ended();
    expectAccepted(
      await connection.ask(
        signalbox.startMarked(
          steps,
          stretches.flatMap(({ from, to }) => [from, to]),
        ),
      ),
    );
    await untilEnded(signalbox, before + 1);
    const times = await signalbox.times();
    // The first one warms the code up.
    if (execution === 0) continue;
    costs.push(
      stretches.map(({ from, to }, at) => ((times[at * 2 + 1] ?? 0) - (times[at * 2] ?? 0)) / (to - from)),
    );
  }
  connection.close();
  const medians = stretches.map((_stretch, at) => median(costs.map((cost) => cost[at] ?? Number.NaN)));
  const numbers = stretches
    .map(({ name }, at) => `${name} ${((medians[at] ?? Number.NaN) * 1_000).toFixed(0)} µs`)
    .join(' · ');
  return [1, 2].map((at) => ({
    what: `cost of the ${stretches[at]?.name} step against the 10th`,
    numbers: at === 1 ? numbers : '',
    measured: median(costs.map((cost) => (cost[at] ?? Number.NaN) / (cost[0] ?? Number.NaN))),
    bar: { most: 1.2 },
  }));
};

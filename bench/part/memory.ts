// Memory: of the whole process, before and after 100 000 executions fall asleep for a day.
import { execFileSync } from 'node:child_process';
import { load } from '../load.ts';
import { expectAccepted, type Part } from '../part.ts';

const sleepers = 100_000;

export const memory: Part = async ({ another, say }) => {
  await using signalbox = await another();
  const sleep = async (countMax: number) =>
    load(signalbox.url, {
      connections: 64,
      seconds: 120,
      countMax,
      next: signalbox.startSleeping,
      check: expectAccepted,
    });
  await sleep(1_000);
  const before = residentMib(signalbox.pid);
  say(`memory, ${sleepers} sleepers`);
  const { count } = await sleep(sleepers);
  const after = residentMib(signalbox.pid);
  return [
    {
      what: `resident memory of the process with ${count} sleeping executions`,
      numbers: `${after.toFixed(0)} MiB; ${before.toFixed(0)} MiB with 1 000: ${(((after - before) * 1_024) / count).toFixed(2)} KiB for each`,
    },
  ];
};

/** Resident memory of a process, MiB, by POSIX `ps`. */
function residentMib(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024;
}

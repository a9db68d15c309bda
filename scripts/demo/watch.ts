// Watch: follows an execution through its status endpoint, draws it as it goes, and lets the service crash when it is time.
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, type ShownExecution } from '../../src/core/execution.ts';
import { isUnreachable, readExecution } from '../local/client.ts';
import { Telling } from './telling.ts';
import { columns, indent, isLive, LiveRegion, render, say } from './terminal.ts';
import { drawTimeline, type Outage } from './timeline.ts';

/** Time between two looks, in ms: often enough to catch the moment, seldom enough to leave the machine to the service. */
const lookMs = 50;
/** How long the whole execution may take, in ms: the demo's promise is two minutes. */
const patienceMs = 90_000;

export interface Watched {
  readonly path: string;
  readonly rootKey: string;
  /** Where the service is now. */
  readonly service: () => string;
  readonly isKillDue: () => boolean;
  /** Kills the service and starts it again; resolves when it listens. */
  readonly crash: () => Promise<void>;
}

/**
 * Follows the execution until it is final.
 * @throws {Error} where that takes longer than 90 seconds, or ends otherwise than `completed`.
 */
export async function watchExecution(watched: Watched): Promise<ShownExecution> {
  const began = Date.now();
  const region = new LiveRegion();
  const telling = new Telling();
  const outages: Outage[] = [];
  let crash: Promise<void> | undefined;
  let execution: ShownExecution | undefined;

  while (execution === undefined || !isFinal(execution.status)) {
    if (Date.now() - began > patienceMs) {
      throw new Error(`The execution was not done after ${patienceMs / 1000} s.`);
    }
    execution = (await look(watched)) ?? execution;
    if (execution !== undefined) {
      if (isLive) region.draw(drawTimeline({ execution, outages, now: Date.now(), width: columns }));
      else telling.changes(execution);
    }
    if (crash === undefined && watched.isKillDue()) {
      if (!isLive) telling.note('SIGKILL while the CRM is answering');
      crash = dieAndReturn(watched, outages).then(() => {
        if (!isLive) telling.note('started again, on the same storage');
        return undefined;
      });
      // Raced with below; between two looks its failure must not end the process as nobody's.
      crash.catch(() => {});
    }
    const isDead = outages.some(({ to }) => to === undefined);
    await (isDead ? Promise.race([crash, sleep(lookMs)]) : sleep(lookMs));
  }
  if (crash === undefined) throw new Error('The execution ended before the service could be killed.');
  await crash;
  if (!isLive) {
    for (const line of drawTimeline({ execution, outages, now: Date.now(), width: columns }))
      say(indent + render(line));
  }
  if (execution.status !== 'completed') {
    throw new Error(
      `The execution ended as ${execution.status}: ${execution.error?.message ?? 'no reason given'}`,
    );
  }
  return execution;
}

async function dieAndReturn({ crash }: Watched, outages: Outage[]): Promise<void> {
  const from = Date.now();
  outages.push({ from });
  await crash();
  outages[outages.length - 1] = { from, to: Date.now() };
}

/** The execution as it is now; undefined while nobody answers. */
async function look({ service, rootKey, path }: Watched): Promise<ShownExecution | undefined> {
  try {
    return await readExecution(service(), rootKey, path);
  } catch (error) {
    if (isUnreachable(error)) return undefined;
    throw error;
  }
}

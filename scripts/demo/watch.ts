// Watch: follows an execution through its status endpoint, draws it as it goes, and lets the service crash when it is time.
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, type ShownExecution } from '../../src/core/execution.ts';
import { isUnreachable, readExecution } from '../local/client.ts';
import { columns, isLive, LiveRegion, render, say, tint } from './terminal.ts';
import { drawTimeline, type Outage, seconds } from './timeline.ts';

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
  const told = new Set<string>();
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
      else tellChanges(told, began, execution);
    }
    if (crash === undefined && watched.isKillDue()) {
      if (!isLive) tell(told, began, 'SIGKILL', 'the service dies while the CRM is answering');
      crash = dieAndReturn(watched, outages);
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
      say(`   ${render(line)}`);
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

/** Without a terminal: a line for everything that was not told yet. */
function tellChanges(told: Set<string>, began: number, { steps, status }: ShownExecution): void {
  for (const { name, attempts, nextAttemptAt } of steps) {
    for (const [index, { endedAt, error }] of attempts.entries()) {
      if (endedAt === null) continue;
      const next =
        nextAttemptAt === undefined
          ? ''
          : `, again in ${seconds(Date.parse(nextAttemptAt) - Date.parse(endedAt))}`;
      const last = index === attempts.length - 1;
      const what =
        error === undefined
          ? last && next !== ''
            ? 'not yet'
            : 'answered'
          : `failed (${error.httpStatus ?? error.code})`;
      tell(told, began, name, `attempt ${index + 1} ${what}${last ? next : ''}`, `${name} ${index}`);
    }
  }
  tell(told, began, 'execution', status);
}

function tell(told: Set<string>, began: number, who: string, what: string, key = `${who} ${what}`): void {
  if (told.has(key)) return;
  told.add(key);
  say(`   ${tint('dim', `+${seconds(Date.now() - began)}`.padStart(8))}  ${who.padEnd(20)} ${what}`);
}

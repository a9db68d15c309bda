// Step API: the `step` that a workflow's code is given, each method one kind of step.
import type { StepKind } from '../core/step.ts';
import { MisuseError } from './error.ts';
import { mapConcurrency, mapSettled } from './map.ts';
import type { Ports } from './port.ts';
import type { MapOptions, RollbackOptions, Step, StepConfig, StepContext } from './step.ts';
import type { StepProgram } from './step-life.ts';
import { approvalProgram } from './steps/approval.ts';
import { doProgram } from './steps/do.ts';
import { emitProgram } from './steps/emit.ts';
import { httpProgram } from './steps/http.ts';
import { invokeProgram } from './steps/invoke.ts';
import { pollProgram } from './steps/poll.ts';
import { sleepProgram, sleepUntilProgram } from './steps/sleep.ts';
import { valueProgram } from './steps/value.ts';
import { waitProgram } from './steps/wait.ts';

/** Calls a step of a run: its result comes in the journal's order. */
export type Call = <T>(
  kind: StepKind,
  name: string,
  program: StepProgram,
  rollback?: RollbackOptions<T>,
) => Promise<T>;

type Callback<T> = (ctx: StepContext) => Promise<T>;

/** Makes the `step` of one run. */
export function makeStep(call: Call, { clock }: Pick<Ports, 'clock'>): Step {
  function run<T>(name: string, callback: Callback<T>, rollback?: RollbackOptions<T>): Promise<T>;
  function run<T>(
    name: string,
    config: StepConfig,
    callback: Callback<T>,
    rollback?: RollbackOptions<T>,
  ): Promise<T>;
  function run<T>(
    name: string,
    first: StepConfig | Callback<T>,
    second?: Callback<T> | RollbackOptions<T>,
    third?: RollbackOptions<T>,
  ): Promise<T> {
    const [config, callback, rollback] =
      typeof first === 'function' ? [{}, first, second] : [first, second, third];
    if (typeof callback !== 'function' || typeof rollback === 'function') {
      return Promise.reject(new MisuseError(`Cannot run step '${name}' as it must be given one function`));
    }
    return call('do', name, doProgram(config, callback), rollback);
  }

  async function map<Item, T>(
    items: readonly Item[],
    work: (item: Item, index: number) => Promise<T>,
    options: MapOptions & { readonly onFailure?: 'stop' | 'settled' } = {},
  ): Promise<unknown> {
    const { concurrency = mapConcurrency, onFailure = 'stop' } = options;
    const settled = await mapSettled(items, work, concurrency, onFailure === 'stop');
    if (onFailure === 'settled') return settled;
    return settled.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }

  return {
    do: run,
    http: (name, { retries, ...request }) =>
      call('http', name, httpProgram(retries === undefined ? request : { ...request, retries })),
    poll: (name, options) => call('poll', name, pollProgram(options)),
    sleep: (name, duration) => call('sleep', name, sleepProgram(duration)),
    sleepUntil: (name, timestamp) => call('sleep', name, sleepUntilProgram(timestamp)),
    waitForEvent: (name, options) => call('wait', name, waitProgram(options)),
    approval: (name, options) => call('approval', name, approvalProgram(options)),
    invoke: (name, options) => call('invoke', name, invokeProgram(options)),
    emit: (name, event) => call('emit', name, emitProgram(event)),
    // Its overloads say what `onFailure` makes of the result.
    map: map as Step['map'],
    now: () =>
      call(
        'value',
        'now',
        valueProgram(() => clock.now()),
      ),
    random: () =>
      call(
        'value',
        'random',
        valueProgram(() => clock.random()),
      ),
    uuid: () =>
      call(
        'value',
        'uuid',
        valueProgram(() => clock.uuid()),
      ),
  };
}

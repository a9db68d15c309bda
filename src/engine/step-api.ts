// Step API: the `step` that a workflow's code is given, each method one kind of step.
import type { StepKind } from '../core/step.ts';
import { describeValue, MisuseError } from './error.ts';
import { mapConcurrency, mapSettled } from './map.ts';
import type { Ports } from './port.ts';
import type { MapOptions, RollbackOptions, Step, StepConfig, StepContext, WaitOptions } from './step.ts';
import type { StepProgram } from './step-life.ts';
import { approvalProgram } from './steps/approval.ts';
import { doProgram, readSettings } from './steps/do.ts';
import { emitProgram } from './steps/emit.ts';
import { httpProgram } from './steps/http.ts';
import { invokeProgram } from './steps/invoke.ts';
import { pollProgram } from './steps/poll.ts';
import { sleepProgram, sleepUntilProgram } from './steps/sleep.ts';
import { valueProgram } from './steps/value.ts';
import { type KeptEvent, waitProgram } from './steps/wait.ts';

/** Calls a step of a run: its result comes in the journal's order. */
export type Call = <T>(
  kind: StepKind,
  name: string,
  program: StepProgram,
  rollback?: RollbackOptions<T>,
) => Promise<T>;

type Callback<T> = (ctx: StepContext) => Promise<T>;

/** Calls a step whose options are an object; JavaScript's authors may have left them out. */
function given<T>(name: string, options: unknown, start: () => Promise<T>): Promise<T> {
  const problem = objectProblem(name, 'options', options);
  return problem === undefined ? start() : Promise.reject(problem);
}

function objectProblem(name: string, what: string, value: unknown): MisuseError | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  return new MisuseError(
    `Cannot call step '${describeValue(name)}' as its ${what} must be an object: current value is ${describeValue(value)}`,
  );
}

/** Found out now, while there is nothing to undo: at the rollback it would be too late. */
function rollbackProblem<T>(name: string, rollback: RollbackOptions<T> | undefined): MisuseError | undefined {
  if (rollback === undefined) return undefined;
  if (typeof rollback?.rollback !== 'function') {
    return new MisuseError(
      `Cannot run step '${name}' as its rollback must be a function: current value is ${describeValue(rollback?.rollback)}`,
    );
  }
  try {
    readSettings(rollback.rollbackConfig ?? {}, `rollback ${name}`);
    return undefined;
  } catch (problem) {
    if (problem instanceof MisuseError) return problem;
    throw problem;
  }
}

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
    const problem = objectProblem(name, 'config', config) ?? rollbackProblem(name, rollback);
    if (problem !== undefined) return Promise.reject(problem);
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
    http: (name, request) => given(name, request, () => call('http', name, httpProgram(request))),
    poll: (name, options) => given(name, options, () => call('poll', name, pollProgram(options))),
    sleep: (name, duration) => call('sleep', name, sleepProgram(duration)),
    sleepUntil: (name, timestamp) => call('sleep', name, sleepUntilProgram(timestamp)),
    waitForEvent: <T>(name: string, options: WaitOptions<T>) =>
      given(name, options, () => {
        const kept = call<KeptEvent<T>>('wait', name, waitProgram(options));
        const event = kept.then((one) => ({ ...one, timestamp: new Date(one.timestamp) }));
        // As the result itself: a wait that nobody looks at any more must not end the isolate.
        event.catch(() => {});
        return event;
      }),
    approval: (name, options) => given(name, options, () => call('approval', name, approvalProgram(options))),
    invoke: (name, options) => given(name, options, () => call('invoke', name, invokeProgram(options))),
    emit: (name, event) => given(name, event, () => call('emit', name, emitProgram(event))),
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

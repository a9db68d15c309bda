// Engine stepper: gives a program's steps to the real engine: each as the authoring API wants it, with callbacks that do what the
// program says, and that tell the checks when they run and when their results come.
import { NonRetryableError } from '../../src/engine/error.ts';
import type { RollbackContext, Step, StepConfig, StepContext, StepRetries } from '../../src/engine/step.ts';
import type { Stepper } from './interpreter.ts';
import type { Life } from './life.ts';
import { handled, outcomeOf, undone } from './model.ts';
import type { Question } from './peer.ts';
import { makeValue, type Node, type Retries, type StepSpec } from './program.ts';
import { Labels, readResult } from './replay.ts';
import type { World } from './world.ts';

/** Which execution's code runs. */
export interface Running {
  readonly life: Life;
  readonly serial: number;
  /** The id of its event: the same for every run of it. */
  readonly asker: string;
}

export class EngineStepper implements Stepper {
  readonly #step: Step;
  readonly #running: Running;
  readonly #world: World;
  readonly #labels = new Labels();

  constructor(step: Step, running: Running, world: World) {
    this.#step = step;
    this.#running = running;
    this.#world = world;
  }

  async call(path: string, name: string, spec: StepSpec, seen: number): Promise<unknown> {
    const label = this.#labels.next(spec, name);
    try {
      return readResult(spec, await this.#begin(path, label, name, spec, seen));
    } finally {
      this.#world.invariants.delivered(this.#running, label);
    }
  }

  map(
    items: readonly number[],
    work: (item: number) => Promise<unknown>,
    { concurrency, onFailure }: Extract<Node, { kind: 'map' }>,
  ): Promise<unknown> {
    return onFailure === 'settled'
      ? this.#step.map(items, work, { concurrency, onFailure })
      : this.#step.map(items, work, { concurrency });
  }

  async collapse(path: string, times: number): Promise<void> {
    const { life, serial } = this.#running;
    const { collapses } = this.#world;
    const place = `${life.object.name} ${serial} ${path}`;
    const before = collapses.get(place) ?? 0;
    if (before >= times) return;
    collapses.set(place, before + 1);
    life.object.end('its code ends it', true);
    await new Promise<never>(() => {});
  }

  #begin(path: string, label: string, name: string, spec: StepSpec, seen: number): Promise<unknown> {
    const step = this.#step;
    switch (spec.kind) {
      case 'do':
        return this.#do(path, label, name, spec, seen);
      case 'http': {
        const before = Array.from({ length: spec.failures }, () => ({ status: 500, body: null }));
        const retries = spec.retries === undefined ? {} : { retries: engineRetries(spec.retries) };
        const headers = { 'x-secret': { secret: 'PEER_TOKEN' } };
        const url = this.#address(path, label, this.#question(path, spec, seen, before));
        return step.http(name, { method: 'POST', url, headers, body: { path }, ...retries });
      }
      case 'poll': {
        const { notYet, intervalMs, backoff } = spec;
        const before = Array.from({ length: notYet }, () => ({ status: 200, body: { done: false } }));
        const url = this.#address(path, label, this.#question(path, spec, seen, before));
        return step.poll(name, {
          request: { url },
          interval: intervalMs,
          backoff,
          deadline: spec.timeoutMs ?? '300 days',
          until: ({ body }) => (body as { done?: boolean }).done === true,
        });
      }
      case 'sleep':
        return step.sleep(name, spec.duration);
      case 'sleep until':
        return step.sleepUntil(name, this.#world.epoch + spec.offsetMs);
      case 'wait':
        return step.waitForEvent(name, { type: spec.type, timeout: spec.timeoutMs ?? '365 days' });
      case 'approval':
        return step.approval(name, {
          timeout: spec.timeoutMs ?? '365 days',
          notify: async ({ token }, ctx) => {
            const question = { ...this.#question(path, spec, seen), idempotencyKey: ctx.idempotencyKey };
            await this.#ask(question, ctx);
            this.#world.client.wasAsked(token, path);
          },
        });
      case 'invoke':
        return step.invoke(name, { workflow: 'child', input: { program: spec.program } });
      case 'emit':
        return step.emit(name, { type: 'dev.signalbox.simulated', data: { program: spec.program } });
      case 'value':
        return { now: step.now, random: step.random, uuid: step.uuid }[spec.of]();
    }
  }

  #question(path: string, spec: StepSpec, seen: number, before: Question['before'] = []): Question {
    const { value, slack, fault } = outcomeOf(path, spec);
    const isCall = spec.kind === 'http' || spec.kind === 'poll';
    const answer = isCall ? (value as { status: number; body: unknown }) : { status: 200, body: null };
    const status = isCall ? (fault?.httpStatus ?? answer.status) : 200;
    const asker = `${this.#running.asker} ${path}`;
    return {
      asker,
      idempotencyKey: undefined,
      payload: String(seen),
      status,
      body: answer.body,
      before,
      slack,
    };
  }

  #address(path: string, label: string, question: Question): string {
    const { life, serial } = this.#running;
    const id = `${life.object.name} ${serial} ${path}`;
    this.#world.questions.set(id, {
      question,
      sent: (sender) => this.#world.invariants.attempted({ ...this.#running, life: sender }, label),
    });
    return `https://peer.example/?question=${encodeURIComponent(id)}`;
  }

  #do(
    path: string,
    label: string,
    name: string,
    spec: Extract<StepSpec, { kind: 'do' }>,
    seen: number,
  ): Promise<unknown> {
    const config: StepConfig = {
      ...(spec.retries === undefined ? {} : { retries: engineRetries(spec.retries) }),
      ...(spec.timeoutMs === undefined ? {} : { timeout: spec.timeoutMs }),
    };
    const callback = (ctx: StepContext): Promise<unknown> => {
      this.#world.invariants.attempted(this.#running, label, ctx.attempt);
      const fails = ctx.attempt <= spec.failing.attempts;
      if (fails && spec.failing.how === 'throws at once' && spec.effect !== 'first')
        throw new Error('thrown at once');
      return this.#work(path, spec, seen, ctx, fails);
    };
    if (spec.rollback === 'none') return this.#step.do(name, config, callback);
    const rollback = (context: RollbackContext<unknown>) => this.#undo(path, spec.rollback, context);
    return this.#step.do(name, config, callback, {
      rollback,
      rollbackConfig: { retries: { limit: 3, delay: 50 } },
    });
  }

  async #work(
    path: string,
    spec: Extract<StepSpec, { kind: 'do' }>,
    seen: number,
    ctx: StepContext,
    fails: boolean,
  ): Promise<unknown> {
    const { life } = this.#running;
    const question = { ...this.#question(path, spec, seen), idempotencyKey: ctx.idempotencyKey };
    if (this.#world.dice.chance('work takes time', 0.5))
      await life.pause(this.#world.dice.between('work', 0, 300));
    if (spec.effect === 'first') await this.#ask(question, ctx);
    if (fails) await fail(spec.failing.how, ctx.signal);
    if (spec.effect === 'last') await this.#ask(question, ctx);
    return makeValue(spec.returns, path);
  }

  async #ask(question: Question, { signal }: StepContext): Promise<void> {
    const { status } = await this.#world.network.ask(this.#running.life, question, signal);
    if (status >= 400) throw new Error(`the peer answered ${status}`);
  }

  async #undo(path: string, how: string, { ctx }: RollbackContext<unknown>): Promise<void> {
    const asker = `${this.#running.asker} ${path}${undone}`;
    if (how === 'fails' || (how === 'fails once' && ctx.attempt === 1)) throw new Error('the rollback fails');
    const question: Question = {
      asker,
      idempotencyKey: ctx.idempotencyKey,
      payload: 'undo',
      status: 200,
      body: null,
      before: [],
      slack: 1,
    };
    await this.#ask(question, ctx);
  }
}

/** What the handler of failures does: one step, with an effect of its execution's own. */
export function handle(step: Step, life: Life, id: string, world: World): Promise<void> {
  return step.do('handle the failure', async ({ idempotencyKey, signal }) => {
    const question: Question = {
      asker: `${id} ${handled}`,
      idempotencyKey,
      payload: 'handle',
      status: 200,
      body: null,
      before: [],
      slack: 3,
    };
    const { status } = await world.network.ask(life, question, signal);
    if (status >= 400) throw new Error(`the peer answered ${status}`);
  });
}

async function fail(how: string, signal: AbortSignal): Promise<void> {
  switch (how) {
    case 'throws text':
      // oxlint-disable-next-line typescript/only-throw-error -- authors do
      throw 'thrown text';
    case 'gives up':
      throw new NonRetryableError('this can never work');
    case 'hangs':
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
      return;
    default:
      throw new TypeError('this attempt fails');
  }
}

function engineRetries({ delay, ...rest }: Retries): StepRetries {
  switch (delay) {
    case 'function':
      return { ...rest, delay: ({ ctx }) => ctx.attempt * 150 };
    case 'async function':
      return { ...rest, delay: async ({ ctx }) => `${ctx.attempt} seconds` };
    case 'failing function':
      return {
        ...rest,
        delay: () => {
          throw new Error('the delay function fails');
        },
      };
    default:
      return { ...rest, delay };
  }
}

// Program maker: makes programs from dice, to a world's taste.
import type { Dice } from './dice.ts';
import { childPrograms, type Node, type Retries, type StepSpec } from './program.ts';

/** Which kinds of node and step a world's programs are made of, by weight. */
export interface Taste {
  readonly steps: Readonly<Record<StepSpec['kind'], number>>;
  readonly nodes: Readonly<Record<Exclude<Node['kind'], 'collapse'>, number>>;
  /** Chance that the program ends its object, a few times or whenever it runs. */
  readonly collapsing: number;
  /** Steps in all, roughly. */
  readonly size: number;
  /** Whether endings are to follow from events alone, as far as possible. */
  readonly plain: boolean;
  /** Chance that a step fails for good. */
  readonly failing: number;
  /** Chance that a step can be undone. */
  readonly rollbacks: number;
}

/** Makes a program; the same dice make the same. */
export function makeProgram(dice: Dice, taste: Taste): Node {
  const maker = new Maker(dice, taste);
  const nodes: Node[] = [];
  while (maker.left > 0) nodes.push(maker.node(3));
  if (taste.collapsing > 0 && dice.chance('collapses', taste.collapsing)) {
    const times = dice.pick('times', [1, 2, Infinity]);
    nodes.splice(dice.between('where', 0, nodes.length), 0, { kind: 'collapse', times });
  }
  return { kind: 'sequence', nodes };
}

const names = ['charge', 'ship', 'notify', 'sync', 'check', 'store'];

class Maker {
  left: number;
  readonly #dice: Dice;
  readonly #taste: Taste;
  #serial = 0;

  constructor(dice: Dice, taste: Taste) {
    this.#dice = dice;
    this.#taste = taste;
    this.left = taste.size;
  }

  node(depth: number): Node {
    const kind = depth === 0 || this.left <= 1 ? 'step' : this.#dice.weigh('node', this.#taste.nodes);
    switch (kind) {
      case 'step':
        return this.#step();
      case 'sequence':
        return { kind, nodes: this.#some(depth, 2, 4) };
      case 'together':
        return {
          kind,
          how: this.#dice.weigh('how', { all: 5, allSettled: 3, race: 2, any: 2 }),
          nodes: this.#some(depth, 2, 5),
        };
      case 'loop':
        return { kind, times: this.#dice.between('times', 1, 4), body: this.node(depth - 1) };
      case 'map':
        return {
          kind,
          items: this.#dice.between('items', 0, 5),
          concurrency: this.#dice.between('concurrency', 1, 3),
          onFailure: this.#dice.pick('on failure', ['stop', 'settled']),
          body: this.node(depth - 1),
        };
      case 'try': {
        const body = this.node(depth - 1);
        return {
          kind,
          body,
          otherwise: this.#dice.chance('otherwise', 0.4) ? this.node(depth - 1) : undefined,
        };
      }
      case 'detached':
        return { kind, body: this.node(depth - 1) };
      case 'hops':
        return { kind, count: this.#dice.between('hops', 1, 12) };
      case 'choice':
        return { kind, nodes: this.#some(depth, 2, 3) };
    }
  }

  #some(depth: number, min: number, max: number): Node[] {
    return Array.from({ length: this.#dice.between('some', min, max) }, () => this.node(depth - 1));
  }

  #step(): Node {
    this.left -= 1;
    this.#serial += 1;
    // Some names are used again and again: the engine tells their calls apart.
    const name = this.#dice.chance('own name', 0.6) ? `step-${this.#serial}` : this.#dice.pick('name', names);
    return { kind: 'step', name, spec: this.#spec(this.#dice.weigh('step', this.#taste.steps)) };
  }

  #spec(kind: StepSpec['kind']): StepSpec {
    const dice = this.#dice;
    switch (kind) {
      case 'do':
        return this.#do();
      case 'http': {
        const status = dice.chance('http fails', this.#taste.failing)
          ? dice.pick('bad status', [400, 404, 409, 500, 503])
          : dice.pick('good status', [200, 201, 202]);
        const retries = this.#maybeRetries(status >= 500);
        return { kind, status, failures: this.#few(retries), retries };
      }
      case 'poll':
        return {
          kind,
          notYet: dice.between('not yet', 0, 4),
          intervalMs: dice.pick('interval', [100, 1_000, 30_000, 600_000]),
          backoff: dice.pick('poll backoff', ['constant', 'exponential']),
          timeoutMs: this.#maybeSoon(),
        };
      case 'sleep':
        return {
          kind,
          duration: dice.pick('duration', [
            0,
            1,
            50,
            '1 second',
            9_000,
            '11 seconds',
            '5 minutes',
            '3 hours',
            '12 days',
          ]),
        };
      case 'sleep until':
        return {
          kind,
          offsetMs: dice.pick('offset', [-86_400_000, 0, 2_000, 15_000, 3_600_000, 20 * 86_400_000]),
        };
      case 'value':
        return { kind, of: dice.pick('value', ['now', 'random', 'uuid']) };
      case 'wait':
        return {
          kind,
          type: dice.pick('event type', ['paid', 'shipped', 'returned']),
          timeoutMs: this.#maybeSoon(),
        };
      case 'approval':
        return { kind, timeoutMs: this.#maybeSoon() };
      case 'invoke':
      case 'emit':
        return { kind, program: dice.between('child', 0, childPrograms - 1) };
    }
  }

  #do(): StepSpec {
    const dice = this.#dice;
    const fails = dice.chance('do fails', this.#taste.failing);
    const retries = this.#maybeRetries(fails);
    const how = dice.weigh('how it fails', {
      throws: 5,
      'throws at once': 2,
      'throws text': 1,
      'gives up': fails ? 2 : 0,
      hangs: 1,
    });
    const unkeepable = fails && dice.chance('unkeepable', 0.1);
    const attempts = fails && !unkeepable ? Infinity : how === 'gives up' ? 0 : this.#few(retries);
    return {
      kind: 'do',
      returns: unkeepable
        ? 'function'
        : dice.weigh('returns', {
            nothing: 2,
            null: 1,
            number: 3,
            text: 3,
            object: 4,
            list: 2,
            date: 1,
            map: 1,
            rich: 1,
            bytes: 1,
            'long text': 0.3,
            secret: 0.5,
          }),
      failing: { attempts, how },
      retries,
      effect: dice.pick('effect', ['none', 'first', 'last', 'last']),
      timeoutMs: how === 'hangs' ? dice.pick('timeout', [2_000, 20_000]) : undefined,
      rollback: dice.chance('rollback', this.#taste.rollbacks)
        ? dice.weigh('rollback does', { works: 6, 'fails once': 2, fails: 1 })
        : 'none',
    };
  }

  /** A time in which what is waited for may come or not. */
  #maybeSoon(): number | undefined {
    if (this.#taste.plain || !this.#dice.chance('soon', 0.3)) return undefined;
    return this.#dice.pick('in time', [0, 40, 2_000, 30_000, 3_600_000]);
  }

  /** How many attempts fail before one succeeds: never more than the retries allow. */
  #few(retries: Retries | undefined): number {
    if (!this.#dice.chance('flaky', 0.3)) return 0;
    return this.#dice.between('flaky attempts', 0, Math.min(retries?.limit ?? 5, 2));
  }

  /** @param fails whether the step fails for good: its delay function may then fail as well */
  #maybeRetries(fails: boolean): Retries | undefined {
    const dice = this.#dice;
    if (!dice.chance('retries', 0.6)) return undefined;
    return {
      limit: dice.between('retry limit', 0, 3),
      delay:
        fails && dice.chance('delay fails', 0.1)
          ? 'failing function'
          : dice.pick('delay', [0, 10, 700, '2 seconds', 15_000, '1 minute', 'function', 'async function']),
      backoff: dice.pick('backoff', ['constant', 'linear', 'exponential']),
      jitter: dice.pick('jitter', ['full', 'none']),
    };
  }
}

// Event queue: what happens next in a simulated world. Turns of the event loop come in the order in which they were asked for; all
// else comes at its time, and where several things could be next, the dice choose.
import type { Dice } from './dice.ts';

/** Whose event it is: the events of an owner that is dead never happen. */
export interface Owner {
  readonly dead: boolean;
  /** Events that are still to come for it. */
  pending: number;
}

interface Happening {
  /** Moment of the world's monotonic time, ms. */
  readonly due: number;
  /** Order among those of one moment. */
  readonly order: number;
  readonly owner: Owner | undefined;
  readonly run: () => void;
  cancelled: boolean;
}

/** Takes an event back. */
export type Cancel = () => void;

export class EventQueue {
  readonly #dice: Dice;
  readonly #turns: Happening[] = [];
  /** A binary heap by (due, order). */
  readonly #heap: Happening[] = [];
  #order = 0;
  #turnHead = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** At the end of this turn of the event loop. */
  turn(owner: Owner | undefined, run: () => void): void {
    this.#turns.push(this.#make(0, owner, run));
  }

  /** At `due`, a moment of monotonic time in ms. */
  at(due: number, owner: Owner | undefined, run: () => void): Cancel {
    const happening = this.#make(due, owner, run);
    this.#push(happening);
    return () => {
      if (happening.cancelled) return;
      happening.cancelled = true;
      if (owner !== undefined) owner.pending -= 1;
    };
  }

  /** When the next event is due: `now` where a turn waits; undefined where nothing is to come. */
  nextDue(now: number): number | undefined {
    this.#settle();
    if (this.#turnHead < this.#turns.length) return now;
    const [first] = this.#heap;
    return first && Math.max(first.due, now);
  }

  /**
   * Takes the next event.
   * @returns when it happens (not before `now`) and what it does; undefined where nothing is to come
   */
  take(now: number): { readonly at: number; readonly run: () => void } | undefined {
    this.#settle();
    const turn = this.#turns[this.#turnHead];
    const [first] = this.#heap;
    // Turns are short: what is due within a moment may come between two of them.
    const overtakes = first !== undefined && first.due <= now + 1 && this.#dice.chance('overtake', 0.3);
    if (turn !== undefined && !overtakes) {
      this.#turnHead += 1;
      if (this.#turnHead > 256) this.#turnHead -= this.#turns.splice(0, this.#turnHead).length;
      return this.#leave(turn, now);
    }
    if (first === undefined) return undefined;
    return this.#leave(this.#pop(), Math.max(now, first.due));
  }

  #leave(happening: Happening, at: number): { readonly at: number; readonly run: () => void } {
    const { owner, run } = happening;
    happening.cancelled = true;
    if (owner !== undefined) owner.pending -= 1;
    return { at, run };
  }

  /** Drops what will never happen from the front. */
  #settle(): void {
    while (this.#turnHead < this.#turns.length && gone(this.#turns[this.#turnHead])) this.#turnHead += 1;
    while (this.#heap.length > 0 && gone(this.#heap[0])) this.#pop();
  }

  #make(due: number, owner: Owner | undefined, run: () => void): Happening {
    this.#order += 1;
    if (owner !== undefined) owner.pending += 1;
    // Among events of one moment the dice choose: no code may count on their order.
    const order = Math.floor(this.#dice.roll('order') * 8) * 2 ** 32 + this.#order;
    return { due, order, owner, run, cancelled: false };
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    let at = heap.push(happening) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(happening, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = happening;
  }

  #pop(): Happening {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child += 1;
      if (!earlier(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function gone(happening: Happening | undefined): boolean {
  return happening !== undefined && (happening.cancelled || happening.owner?.dead === true);
}

function earlier(a: Happening, b: Happening): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

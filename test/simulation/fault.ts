// Fault: what may go wrong in a simulated world, when it does, and a name for each time it did, so that a story can be told with
// fewer of them.
import type { Dice } from './dice.ts';

export const faultKinds = [
  'crash before commit',
  'crash after commit',
  'crash between turns',
  'storage error on write',
  'storage error on read',
  'storage error on commit',
  'eviction',
  'redeploy',
  'alarm late',
  'alarm twice',
  'alarm early',
  'clock forward',
  'clock back',
  'request lost',
  'reset before effect',
  'reset after effect',
  'refused 503',
  'refused 429',
  'hang',
  'answer lost',
  'duplicate accept',
  'slow answer',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** One time that a fault struck; `id` is the same in every replay of the seed. */
export interface Strike {
  readonly id: string;
  readonly kind: FaultKind;
  /** What was being done. */
  readonly where: string;
}

/** How often each kind strikes, as a chance per occasion, and how often at most. */
export type FaultRates = Readonly<
  Partial<Record<FaultKind, { readonly chance: number; readonly most: number }>>
>;

export class FaultPlan {
  readonly struck: Strike[] = [];
  readonly #dice: Dice;
  readonly #rates: FaultRates;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #occasions = new Map<FaultKind, { met: number; struck: number }>();
  #calm = false;

  /** @param only the strikes that may happen; undefined for all that the dice give */
  constructor(dice: Dice, rates: FaultRates, only?: ReadonlySet<string>) {
    this.#dice = dice;
    this.#rates = rates;
    this.#only = only;
  }

  /** No fault strikes from here on: what is open must now come to its end. */
  calm(): void {
    this.#calm = true;
  }

  get isCalm(): boolean {
    return this.#calm;
  }

  /**
   * Whether `kind` strikes on this occasion. Every occasion draws, so that leaving one strike out moves no other.
   * @param bearable false where it must not, although the dice might have it
   */
  hits(kind: FaultKind, where: string, bearable = true): boolean {
    const rate = this.#rates[kind];
    if (rate === undefined) return false;
    const count = this.#occasions.get(kind) ?? { met: 0, struck: 0 };
    this.#occasions.set(kind, count);
    count.met += 1;
    const drawn = this.#dice.roll(kind) < rate.chance;
    if (!drawn || !bearable || this.#calm || count.struck >= rate.most) return false;
    count.struck += 1;
    const id = `${kind}#${count.met}`;
    if (this.#only !== undefined && !this.#only.has(id)) return false;
    this.struck.push({ id, kind, where });
    return true;
  }
}

// Random: seeded draws. A seed fixes what is drawn, not what the machine makes of it: two runs of a seed are kin, not twins.

export class Random {
  #state: number;

  /** @param seed a whole number; `stream` keeps what one part draws from shifting what another does. */
  constructor(seed: number, stream: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca6b);
  }

  /** A number in [0, 1) (Tommy Ettinger's mulberry32, public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `min` up to, but not, `max`. */
  between(min: number, max: number): number {
    return Math.floor(min + this.next() * (max - min));
  }

  /** True in `share` of all draws. */
  isOneOf(share: number): boolean {
    return this.next() < share;
  }
}

// Dice: all chance of a simulated world. Each topic has a stream of its own, so that one draw more or less of one topic moves no
// other: a world replays exactly, and one fault can be left out without reshuffling the rest.

export class Dice {
  readonly #seed: number;
  readonly #streams = new Map<string, { state: number }>();

  /** @param seed a whole number; worlds of different seeds share nothing */
  constructor(seed: number) {
    this.#seed = mix(seed >>> 0, Math.floor(seed / 2 ** 32));
  }

  /** The next number of a topic, in [0, 1). */
  roll(topic: string): number {
    let stream = this.#streams.get(topic);
    if (stream === undefined) {
      stream = { state: hash(topic, this.#seed) };
      this.#streams.set(topic, stream);
    }
    stream.state = (stream.state + 0x9e3779b9) | 0;
    return mix(stream.state, 0) / 2 ** 32;
  }

  chance(topic: string, probability: number): boolean {
    return probability > 0 && this.roll(topic) < probability;
  }

  /** A whole number from `min` to `max`, both included. */
  between(topic: string, min: number, max: number): number {
    return min + Math.floor(this.roll(topic) * (max - min + 1));
  }

  pick<T>(topic: string, choices: readonly T[]): T {
    if (choices.length === 0) throw new Error(`nothing to pick from for '${topic}'`);
    // The index is below the length; the choice may be undefined.
    return choices[Math.floor(this.roll(topic) * choices.length)] as T;
  }

  /** Picks by weight; weights are relative to each other. */
  weigh<T extends string>(topic: string, weights: Readonly<Record<T, number>>): T {
    const choices = Object.entries<number>(weights) as [T, number][];
    let rest = this.roll(topic) * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [choice, weight] of choices) {
      rest -= weight;
      if (rest < 0) return choice;
    }
    throw new Error(`nothing to weigh for '${topic}'`);
  }

  /** Dice that share no stream with these. */
  fork(name: string): Dice {
    return new Dice(hash(name, this.#seed));
  }
}

/** A whole number of 32 bits for a text: FNV-1a, then mixed. */
export function hash(text: string, seed = 0): number {
  let state = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return mix(state, seed);
}

/** Two words into one that looks random: the finaliser of MurmurHash3. */
function mix(low: number, high: number): number {
  let word = low ^ Math.imul(high, 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

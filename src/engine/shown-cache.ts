// Shown cache: what was last shown of executions that are not live. One that sleeps is asked about again and again, and nothing about it
// changes until something is written.
import { limit } from '../core/limit.ts';
import type { Representation } from './show.ts';

export class ShownCache {
  readonly #shown = new Map<number, Representation>();
  /** The revision of the store of which they are. */
  #revision = 0;

  /** @param revision of the store as it is now: of another one nothing is known */
  get(serial: number, revision: number): Representation | undefined {
    if (revision !== this.#revision) {
      this.#shown.clear();
      this.#revision = revision;
    }
    return this.#shown.get(serial);
  }

  /** Keeps what was shown at the revision that {@link get} was last asked of. */
  set(serial: number, representation: Representation): void {
    if (representation.body.length > limit.shownKeptLengthMax) return;
    if (this.#shown.size >= limit.shownKeptMax) this.#shown.clear();
    this.#shown.set(serial, representation);
  }
}

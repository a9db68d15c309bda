// Alarm: the object's one alarm, with what it stands at kept in memory: reading it costs no question to the storage.
import type { AlarmPort } from '../src/engine/port.ts';

export class Alarm implements AlarmPort {
  readonly #storage: DurableObjectStorage;
  #at: number | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** To be called once, before anything else. */
  async load(): Promise<void> {
    this.#at = (await this.#storage.getAlarm()) ?? undefined;
  }

  read(): number | undefined {
    return this.#at;
  }

  set(at: number): void {
    this.#at = at;
    // Not awaited: it is part of the same commit as the writes of this turn, and the output gate waits for both.
    void this.#storage.setAlarm(at);
  }

  /** It rang: the platform has none any more. */
  rang(): void {
    this.#at = undefined;
  }
}

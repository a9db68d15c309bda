// Suspect: finds the execution whose code ends its object (a loop that never yields, more memory than there is). What may have done so
// is started alone, with its serial written down before: if the object ends meanwhile, its next life knows by whom.
//
// Nothing is written for an execution that starts for the first time: only a crash makes its successors suspects.
import type { Ports } from './port.ts';

/** The serial of the execution that is being started; 0 where none is. */
const startingMark = 'starting';

/** How many lives in a row the start of an execution has ended. */
const collapsesMark = (serial: number) => `collapses:${serial}`;

export class Suspect {
  readonly #ports: Ports;
  #named = false;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * To be called once, when the object begins.
   * @returns whether the start of an execution has ended the life before
   */
  recall(): boolean {
    const { store } = this.#ports;
    const serial = store.readMark(startingMark) ?? 0;
    if (serial === 0) return false;
    store.transaction(() => {
      store.writeMark(startingMark, 0);
      store.writeMark(collapsesMark(serial), this.collapses(serial) + 1);
    });
    return true;
  }

  /** How many lives in a row its start has ended. */
  collapses(serial: number): number {
    return this.#ports.store.readMark(collapsesMark(serial)) ?? 0;
  }

  /** Writes down who starts next; resolves once that is durable. */
  async name(serial: number): Promise<void> {
    const { store } = this.#ports;
    store.writeMark(startingMark, serial);
    this.#named = true;
    await store.committed();
  }

  /** Its start has not ended the object, or it will not be started again. */
  absolve(serial: number): void {
    if (this.collapses(serial) > 0) this.#ports.store.clearMark(collapsesMark(serial));
  }

  /** All of them have started, and the object lives. */
  clear(): void {
    if (!this.#named) return;
    this.#ports.store.writeMark(startingMark, 0);
    this.#named = false;
  }
}

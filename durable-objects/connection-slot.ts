// Connection slots: how many requests of an object await their answer's headers at once. The platform queues the seventh
// (Cloudflare's documentation, 2026): a timeout that ran in that queue would blame the peer for our own crowd.

/** Connections of one invocation that may await headers (platform, 2026). */
const slotCount = 6;

export class ConnectionSlots {
  #free = slotCount;
  readonly #queue: (() => void)[] = [];

  /**
   * Resolves with the function that gives the slot back, once one is free; in the order of asking.
   * Rejects with the signal's reason where it aborts before.
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(signal);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = this.#queue.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(enter), 1);
        reject(signal.reason);
      };
      this.#queue.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}

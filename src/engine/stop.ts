// Stop: the word that work should end, as an AbortSignal that is made only where somebody asks for one: making one costs more than
// a step that is done at once.

export class Stop {
  readonly #outer: Stop | undefined;
  #controller: AbortController | undefined;
  #signal: AbortSignal | undefined;
  /** Tells why, once it was said. */
  #said: (() => unknown) | undefined;

  /** @param outer where that is said, this is said too */
  constructor(outer?: Stop) {
    this.#outer = outer;
  }

  get said(): boolean {
    return this.#said !== undefined || this.#outer?.said === true;
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      this.#controller = new AbortController();
      if (this.#said !== undefined) this.#controller.abort(this.#said());
      const own = this.#controller.signal;
      this.#signal = this.#outer === undefined ? own : AbortSignal.any([this.#outer.signal, own]);
    }
    return this.#signal;
  }

  /** @param why makes the reason, which is asked for only where a signal carries it: an Error's stack costs more than all the rest */
  say(why: () => unknown): void {
    this.#said ??= why;
    this.#controller?.abort(why());
  }
}

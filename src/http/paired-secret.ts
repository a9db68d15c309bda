// Paired secret: the secret that a vendor hands over in its first handshake with a source that has none. It is captured once, kept
// sealed in the source's object, and read by nobody but the judge of deliveries.
import type { SourceRpc } from '../core/delivery-log.ts';

/** Encrypts and decrypts what is kept: the object's rows alone tell nothing. */
export interface Seal {
  close(text: string): Promise<string>;
  /** Undefined where it was sealed with another root key. */
  open(sealed: string): Promise<string | undefined>;
}

/** For so long an isolate believes that a source has no secret yet: what a flood at such a source may ask its object. */
const unpairedMs = 1_000;

export class PairedSecret {
  readonly #object: () => Pick<SourceRpc, 'capture' | 'captured'>;
  readonly #seal: Seal;
  #secret: string | undefined;
  #unpairedAt = -Infinity;

  constructor(object: () => Pick<SourceRpc, 'capture' | 'captured'>, seal: Seal) {
    this.#object = object;
    this.#seal = seal;
  }

  /**
   * The secret; undefined where the source has none yet. Rejects where the object can't be asked.
   * @param now ms since the epoch
   */
  async read(now: number): Promise<string | undefined> {
    if (this.#secret !== undefined) return this.#secret;
    if (now >= this.#unpairedAt && now < this.#unpairedAt + unpairedMs) return undefined;
    const sealed = await this.#object().captured();
    this.#secret = sealed === undefined ? undefined : await this.#seal.open(sealed);
    if (this.#secret === undefined) this.#unpairedAt = now;
    return this.#secret;
  }

  /**
   * Keeps the secret, durably by the time that it resolves.
   * @returns whether it is the source's now: false where another was first. The same again is the same.
   */
  async capture(secret: string): Promise<boolean> {
    const kept = await this.#object().capture(await this.#seal.close(secret));
    const first = await this.#seal.open(kept);
    if (first !== undefined) this.#secret = first;
    return first === secret;
  }
}

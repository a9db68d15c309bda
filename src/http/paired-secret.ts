// Paired secret: the secret that a vendor hands over in its first handshake with a source that has none. It is captured once, kept
// sealed in the source's object, and read by nobody but the judge of deliveries, until its owner has it forgotten.
import type { SourceRpc } from '../core/delivery-log.ts';

/** What is sealed, and of which source: in any other place it does not open. */
export interface SealedPlace {
  readonly purpose: 'paired-secret' | 'credential';
  readonly source: string;
}

/** Encrypts and decrypts what is kept: the object's rows alone tell nothing. */
export interface Seal {
  close(text: string, place: SealedPlace): Promise<string>;
  /** Undefined where it was sealed with another root key, or for another place. */
  open(sealed: string, place: SealedPlace): Promise<string | undefined>;
}

/** For so long an isolate believes that a source has no secret yet: what a flood at such a source may ask its object. */
const unpairedMs = 1_000;

/** For so long it believes in the one that it knows: until then after it was forgotten, that one still proves deliveries elsewhere. */
const pairedMs = 10_000;

type SecretObject = Pick<SourceRpc, 'capture' | 'captured' | 'forget'>;

export class PairedSecret {
  readonly #place: SealedPlace;
  readonly #object: () => SecretObject;
  readonly #seal: Seal;
  #secret: string | undefined;
  #askedAt = -Infinity;

  constructor(source: string, object: () => SecretObject, seal: Seal) {
    this.#place = { purpose: 'paired-secret', source };
    this.#object = object;
    this.#seal = seal;
  }

  /**
   * The secret; undefined where the source has none yet. Rejects where the object can't be asked and none is known: one that
   * is known goes on to prove deliveries.
   * @param now ms since the epoch
   */
  async read(now: number): Promise<string | undefined> {
    const goodMs = this.#secret === undefined ? unpairedMs : pairedMs;
    if (now >= this.#askedAt && now < this.#askedAt + goodMs) return this.#secret;
    try {
      const sealed = await this.#object().captured();
      this.#secret = sealed === undefined ? undefined : await this.#seal.open(sealed, this.#place);
    } catch (fault) {
      if (this.#secret === undefined) throw fault;
    }
    this.#askedAt = now;
    return this.#secret;
  }

  /**
   * Keeps the secret, durably by the time that it resolves.
   * @returns whether it is the source's now: false where another was first. The same again is the same.
   */
  async capture(secret: string): Promise<boolean> {
    const kept = await this.#object().capture(await this.#seal.close(secret, this.#place));
    const first = await this.#seal.open(kept, this.#place);
    if (first !== undefined) this.#secret = first;
    return first === secret;
  }

  /** Forgets the secret, durably by the time that it resolves: the next handshake may bring another. */
  async forget(): Promise<void> {
    await this.#object().forget();
    this.#secret = undefined;
    this.#askedAt = -Infinity;
  }
}

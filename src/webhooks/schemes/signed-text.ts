// Signed text: the texts that a vendor may have signed, made one after the other: the first is nearly always the one, and each holds a
// copy of the body wherever something stands beside it.
import type { Delivery } from '../delivery.ts';
import { equalBytes, utf8 } from '../encoding.ts';
import { lookupIn, secretPlaces, type ExtraPlaces } from '../lookup.ts';
import type { Secret } from '../secret.ts';
import { fillBytes, fillTemplate, looksAt, type Lookup } from '../template.ts';

/** The texts that may have been signed, as bytes, for one secret; undefined where a part of them is missing. */
export type FillSigned = (secret: Secret, text: string) => Iterable<Uint8Array> | undefined;

/**
 * Fills the templates; once for all secrets where they don't name one, so that the body is copied once at most for each spelling
 * that is looked at.
 */
export function fillerOf(templates: readonly string[], delivery: Delivery, known: ExtraPlaces): FillSigned {
  const fill = (places: ExtraPlaces): SignedTexts | undefined => {
    const texts = new SignedTexts(
      templates,
      delivery,
      remembering(lookupIn(delivery, { ...known, ...places })),
    );
    return texts.isEmpty() ? undefined : texts;
  };
  if (templates.some((template) => looksAt(template, 'secret') || looksAt(template, 'part')))
    return (secret, text) => fill(secretPlaces(secret, text));
  let shared: { readonly texts: SignedTexts | undefined } | undefined;
  return () => {
    shared ??= { texts: fill({}) };
    return shared.texts;
  };
}

/** Each text once, made when it is first asked for, and kept for whoever asks again. */
class SignedTexts implements Iterable<Uint8Array> {
  readonly #delivery: Delivery;
  readonly #lookup: Lookup;
  readonly #left: string[];
  readonly #made: Uint8Array[] = [];

  constructor(templates: readonly string[], delivery: Delivery, lookup: Lookup) {
    this.#left = [...templates];
    this.#delivery = delivery;
    this.#lookup = lookup;
  }

  isEmpty(): boolean {
    return this.#at(0) === undefined;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    for (let at = 0, text = this.#at(at); text !== undefined; at += 1, text = this.#at(at)) yield text;
  }

  #at(at: number): Uint8Array | undefined {
    while (at >= this.#made.length) {
      const template = this.#left.shift();
      if (template === undefined) return undefined;
      const text = this.#fill(template);
      // Two spellings of the same URL are the same text as often as not.
      if (text !== undefined && !this.#made.some((made) => equalBytes(made, text))) this.#made.push(text);
    }
    return this.#made[at];
  }

  #fill(template: string): Uint8Array | undefined {
    if (!looksAt(template, 'canonical') || looksAt(template, 'body'))
      return fillBytes(template, this.#delivery.body, this.#lookup);
    // Joined as text and encoded once: a canonical form may be as long as the body.
    const text = fillTemplate(template, this.#lookup);
    return text === undefined ? undefined : utf8(text);
  }
}

/** Keeps canonical forms: several spellings have the same one in them (Twilio: the form, under five spellings of the URL). */
function remembering(lookup: Lookup): Lookup {
  const forms = new Map<string, string | undefined>();
  return (place, path) => {
    if (place !== 'canonical') return lookup(place, path);
    if (!forms.has(path)) forms.set(path, lookup(place, path));
    return forms.get(path);
  };
}

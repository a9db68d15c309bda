// Seal: encrypts what the box keeps and nobody shall read out of its storage, with a key derived from the root key, and for its place
// alone: a row that is copied to another source, or is given for what it is not, does not open there.
import type { Seal, SealedPlace } from './http/paired-secret.ts';

/**
 * Bytes of the nonce of AES-GCM: random, which is good for 2^32 texts under one key (NIST SP 800-38D section 8.3). A box seals the
 * secrets of its handshakes, and what it records of rejected deliveries: 30 a minute of an isolate at most.
 */
const nonceBytes = 12;

const info = 'signalbox captured secret, version 1';

/**
 * Stands before what is bound to its place. What was sealed before there was one is bound to nothing, and still opens. The dot is in no
 * base64: an earlier deployment that runs beside this one does not take it for the seal of another key, and genuine deliveries for
 * forged; it fails with a 503, and the vendor sends again.
 */
const boundMark = '2.';

/** Makes a seal. Under another root key nothing that it has closed can be opened. */
export function makeSeal(rootKey: string): Seal {
  // The key itself is kept, not its promise: a promise must not be awaited by another request than the one that made it.
  let known: CryptoKey | undefined;
  const key = async () => (known ??= await deriveKey(rootKey));
  return {
    close: async (text, place) => {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const data = new TextEncoder().encode(text);
      const way = { name: 'AES-GCM', iv: nonce, additionalData: bytesOf(place) };
      const closed = await crypto.subtle.encrypt(way, await key(), data);
      return `${boundMark}${btoa(String.fromCharCode(...nonce, ...new Uint8Array(closed)))}`;
    },
    open: async (sealed, place) => {
      const isBound = sealed.startsWith(boundMark);
      const text = isBound ? sealed.slice(boundMark.length) : sealed;
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const nonce = bytes.subarray(0, nonceBytes);
      try {
        const data = bytes.subarray(nonceBytes);
        const way = { name: 'AES-GCM', iv: nonce, ...(isBound ? { additionalData: bytesOf(place) } : {}) };
        return new TextDecoder().decode(await crypto.subtle.decrypt(way, await key(), data));
      } catch {
        return undefined;
      }
    },
  };
}

/** JSON of a list: no two places have the same. */
function bytesOf({ purpose, source }: SealedPlace): Uint8Array {
  return new TextEncoder().encode(JSON.stringify([purpose, source]));
}

async function deriveKey(rootKey: string): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const root = await crypto.subtle.importKey('raw', encoder.encode(rootKey), 'HKDF', false, ['deriveKey']);
  const derivation = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(info),
  };
  return crypto.subtle.deriveKey(derivation, root, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
}

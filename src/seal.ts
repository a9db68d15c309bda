// Seal: encrypts what the box keeps and nobody shall read out of its storage, with a key derived from the root key.
import type { Seal } from './http/paired-secret.ts';

/**
 * Bytes of the nonce of AES-GCM: random, which is good for 2^32 texts under one key (NIST SP 800-38D section 8.3). A box seals the
 * secrets of its handshakes, and what it records of rejected deliveries: 30 a minute of an isolate at most.
 */
const nonceBytes = 12;

const info = 'signalbox captured secret, version 1';

/** Makes a seal. Under another root key nothing that it has closed can be opened. */
export function makeSeal(rootKey: string): Seal {
  // The key itself is kept, not its promise: a promise must not be awaited by another request than the one that made it.
  let known: CryptoKey | undefined;
  const key = async () => (known ??= await deriveKey(rootKey));
  return {
    close: async (text) => {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const data = new TextEncoder().encode(text);
      const closed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, await key(), data);
      return btoa(String.fromCharCode(...nonce, ...new Uint8Array(closed)));
    },
    open: async (sealed) => {
      const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
      const nonce = bytes.subarray(0, nonceBytes);
      try {
        const data = bytes.subarray(nonceBytes);
        return new TextDecoder().decode(
          await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, await key(), data),
        );
      } catch {
        return undefined;
      }
    },
  };
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

// What src/webhooks needs of a Worker's globals and Node has elsewhere: comparing in constant time. Imported for its effect.
import { timingSafeEqual } from 'node:crypto';

declare module 'crypto' {
  namespace webcrypto {
    interface SubtleCrypto {
      timingSafeEqual(left: Uint8Array, right: Uint8Array): boolean;
    }
  }
}

if (!('timingSafeEqual' in crypto.subtle)) {
  Object.defineProperty(SubtleCrypto.prototype, 'timingSafeEqual', {
    value: (left: Uint8Array, right: Uint8Array) => timingSafeEqual(left, right),
  });
}

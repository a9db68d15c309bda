// Digest: a plain hash over the request and the secret, without HMAC's construction. Where the secret comes first it can be extended by
// who has one genuine request: by padding that begins with byte 0x80, which no JSON in UTF-8 can hold, so reading its events fails.
import { err, ok, type Result } from '../../core/result.ts';
import type { Delivery } from '../delivery.ts';
import { equalBytes } from '../encoding.ts';
import { secretTexts, type IndexedSecret } from '../secret.ts';
import type { FailureReason } from '../verdict.ts';
import { judgeSigned, type SignedRecipe } from './signed.ts';

/** The template of what is signed names the `{secret}`. */
export interface DigestScheme extends SignedRecipe {
  readonly kind: 'digest';
  readonly hash: 'SHA-1' | 'SHA-256';
  readonly keyParts?: readonly string[];
}

/** Judges one delivery: one digest a secret, compared in constant time with each signature given. */
export function verifyDigest(
  scheme: DigestScheme,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  now: Date,
): Promise<Result<number, FailureReason>> {
  return judgeSigned(scheme, delivery, now, async (fill, signatures) => {
    let reason: FailureReason = 'no-secret';
    for (const { key, secret } of secrets) {
      for (const text of secretTexts(secret, scheme.keyParts ?? [])) {
        const candidates = fill(secret, text);
        if (candidates === undefined) return err('missing-part');
        reason = 'no-match';
        for (const data of candidates) {
          const digest = new Uint8Array(await crypto.subtle.digest(scheme.hash, data));
          if (signatures.some((signature) => equalBytes(signature, digest))) return ok(key);
        }
      }
    }
    return err(reason);
  });
}

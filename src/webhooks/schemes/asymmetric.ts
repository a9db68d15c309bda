// Asymmetric: a signature that anyone can check and only the vendor can make, with a key from the owner's configuration or published.
import { err, ok, type Result } from '../../core/result.ts';
import type { Delivery } from '../delivery.ts';
import { findKeys, type KeySource } from '../key-source.ts';
import { lookupIn, secretPlaces } from '../lookup.ts';
import { verifySignature, type PublicKeyAlgorithm } from '../public-key.ts';
import type { KeyPorts } from '../published-key.ts';
import { secretPart, secretTexts, type IndexedSecret, type Secret } from '../secret.ts';
import { fillTemplate, type Lookup } from '../template.ts';
import type { FailureReason } from '../verdict.ts';
import { judgeSigned, type SignedRecipe } from './signed.ts';

export interface AsymmetricScheme extends SignedRecipe {
  readonly kind: 'asymmetric';
  readonly algorithm: PublicKeyAlgorithm;
  readonly key: KeySource;
  /** Template of the key's id, where the delivery names it. */
  readonly keyId?: string;
  /**
   * Where the vendor signs for all its customers with one key: the place that names the customer, which has to be the secret,
   * or its part of that name. A secret that only pins a key names no customer and takes them all.
   */
  readonly account?: { readonly at: string; readonly part: string };
  /** Names of the secret's part that the owner's configuration has beside the key. */
  readonly keyParts?: readonly string[];
}

/** Judges one delivery with each secret's keys. A secret here is a public key, or what identifies the account at the vendor. */
export function verifyAsymmetric(
  scheme: AsymmetricScheme,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  now: Date,
  ports: KeyPorts,
): Promise<Result<number, FailureReason>> {
  return judgeSigned(scheme, delivery, now, async (fill, signatures) => {
    let reason: FailureReason = 'no-secret';
    for (const { key, secret } of secrets) {
      const [text = ''] = secretTexts(secret, scheme.keyParts ?? []);
      const candidates = fill(secret, text);
      if (candidates === undefined) return err('missing-part');
      const lookup = lookupIn(delivery, secretPlaces(secret, text));
      if (!isAccount(scheme, secret, lookup)) {
        if (reason !== 'no-match') reason = 'claim-mismatch';
        continue;
      }
      const kid = scheme.keyId === undefined ? undefined : fillTemplate(scheme.keyId, lookup);
      const keys = await findKeys(scheme.key, scheme.algorithm, { secret, text, lookup, kid, now, ports });
      if (!keys.ok) {
        if (reason !== 'no-match') reason = keys.error;
        continue;
      }
      reason = 'no-match';
      for (const publicKey of keys.value) {
        for (const signature of signatures) {
          for (const data of candidates) {
            if (await verifySignature(scheme.algorithm, publicKey, signature, data)) return ok(key);
          }
        }
      }
    }
    return err(reason);
  });
}

function isAccount(scheme: AsymmetricScheme, secret: Secret, lookup: Lookup): boolean {
  if (scheme.account === undefined) return true;
  const expected = typeof secret === 'string' ? secret : secretPart(secret, scheme.account.part);
  if (expected === undefined) return pinnedParts.some((part) => secretPart(secret, part) !== undefined);
  return fillTemplate(scheme.account.at, lookup) === expected;
}

const pinnedParts = ['certPem', 'publicKey', 'jwks'];

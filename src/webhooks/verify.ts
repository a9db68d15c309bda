// Verify: is a delivery genuine? Handshakes first, then the vendor's schemes in order. Pure but for a vendor's published keys: now is passed in.
import { err, type Result } from '../core/result.ts';
import { Delivery, type WebhookRequest } from './delivery.ts';
import { meets } from './condition.ts';
import { answerHandshake, findHandshake } from './handshake.ts';
import { lookupIn } from './lookup.ts';
import type { Handshake, Provider, Scheme } from './provider.ts';
import { verifyHmac } from './schemes/hmac.ts';
import { verifyStaticToken } from './schemes/static-token.ts';
import { usableSecrets, type IndexedSecret, type Secret } from './secret.ts';
import type { FailureReason, Verdict } from './verdict.ts';

/**
 * Judges one request at a source.
 * @param request its raw bytes as they came; `url` is the public URL, which some vendors sign. Pass a `Delivery` to read its events afterwards without parsing again.
 * @param secrets newest first; the first eight are judged, empty ones never.
 * @param now the receiver's clock.
 * @returns a verdict; `key` is the position in `secrets` of the one that matched. Never throws on anything a sender can send.
 */
export async function verifyDelivery(
  provider: Provider,
  request: WebhookRequest,
  secrets: readonly Secret[],
  now: Date,
): Promise<Verdict> {
  const delivery = Delivery.of(request);
  const usable = usableSecrets(secrets);
  const open = findHandshake(provider, delivery, (genuine) => isOpen(genuine, usable));
  if (open !== undefined) return answerHandshake(open, delivery, usable);
  const verdict = await judge(provider, delivery, usable, now);
  if (verdict.outcome === 'failed') return verdict;
  const proven = findHandshake(provider, delivery, (genuine) => !isOpen(genuine, usable));
  return proven === undefined ? verdict : answerHandshake(proven, delivery, usable);
}

/** Whether a handshake is answered without proof of who asks. */
function isOpen(genuine: Handshake['genuine'], secrets: readonly IndexedSecret[]): boolean {
  return genuine === undefined || (genuine === 'keyed' && secrets.length === 0);
}

async function judge(
  provider: Provider,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  now: Date,
): Promise<Verdict> {
  if (secrets.length === 0) return { outcome: 'failed', reason: 'no-secret' };
  let reason: FailureReason = 'missing-signature';
  for (const scheme of provider.schemes) {
    const result = await judgeScheme(scheme, delivery, secrets, now);
    if (result.ok)
      return { outcome: scheme.kind === 'static-token' ? 'authenticated' : 'verified', key: result.value };
    // The reason of the scheme that got furthest is the telling one: "no signature" of another says nothing.
    if (reason === 'missing-signature' || reason === 'no-secret') reason = result.error;
  }
  return { outcome: 'failed', reason };
}

async function judgeScheme(
  scheme: Scheme,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  now: Date,
): Promise<Result<number, FailureReason>> {
  const fitting = secrets.filter(({ secret }) => fitsPrefix(scheme, secret));
  if (fitting.length === 0) return err('no-secret');
  const lookup = lookupIn(delivery);
  if (scheme.requires?.every((condition) => meets(condition, lookup)) === false)
    return err('unsupported-algorithm');
  switch (scheme.kind) {
    case 'hmac':
      return verifyHmac(scheme, delivery, fitting, now);
    case 'static-token':
      return verifyStaticToken(scheme, delivery, fitting);
    default:
      return scheme satisfies never;
  }
}

function fitsPrefix(scheme: Scheme, secret: Secret): boolean {
  if (typeof secret !== 'string') return true;
  if (scheme.secretPrefix !== undefined && !secret.startsWith(scheme.secretPrefix)) return false;
  return scheme.secretPrefixNot === undefined || !secret.startsWith(scheme.secretPrefixNot);
}

// Verify: is a delivery genuine? Handshakes first, then the vendor's schemes in order. Pure but for a vendor's published keys: now is passed in.
import { err, type Result } from '../core/result.ts';
import { Delivery, type WebhookRequest } from './delivery.ts';
import { meets } from './condition.ts';
import { answerHandshake, findHandshake } from './handshake.ts';
import { lookupIn } from './lookup.ts';
import type { Handshake, Provider, Scheme } from './provider.ts';
import type { KeyPorts } from './published-key.ts';
import { verifyAsymmetric } from './schemes/asymmetric.ts';
import { verifyDigest } from './schemes/digest.ts';
import { verifyHmac } from './schemes/hmac.ts';
import { verifyJwt } from './schemes/jwt.ts';
import { verifyStaticToken } from './schemes/static-token.ts';
import { usableSecrets, type IndexedSecret, type Secret } from './secret.ts';
import type { FailureReason, Verdict } from './verdict.ts';

/**
 * Judges one request at a source.
 * @param request its raw bytes as they came; `url` is the public URL, which some vendors sign. Pass a `Delivery` to read its events afterwards without parsing again.
 * @param secrets newest first; the first eight are judged, empty ones never.
 * @param now the receiver's clock.
 * @param ports how published keys are fetched, for the few vendors that publish them; default: HTTPS.
 * @returns a verdict; `key` is the position in `secrets` of the one that matched. Never throws on anything a sender can send.
 */
export async function verifyDelivery(
  provider: Provider,
  request: WebhookRequest,
  secrets: readonly Secret[],
  now: Date,
  ports: KeyPorts = {},
): Promise<Verdict> {
  const delivery = Delivery.of(request);
  const usable = usableSecrets(secrets);
  const open = findHandshake(provider, delivery, (genuine) => isOpen(genuine, usable));
  if (open !== undefined) {
    const proof =
      open.provenBy === undefined ? undefined : await verifyJwt(open.provenBy, delivery, anyone, now, ports);
    return proof?.ok === false
      ? { outcome: 'failed', reason: proof.error }
      : answerHandshake(open, delivery, usable);
  }
  const verdict = await judge(provider, delivery, usable, now, ports);
  if (verdict.outcome === 'failed') return verdict;
  const proven = findHandshake(provider, delivery, (genuine) => !isOpen(genuine, usable));
  return proven === undefined ? verdict : answerHandshake(proven, delivery, usable);
}

/** For schemes that need no secret of the source: their keys are the vendor's. */
const anyone: readonly IndexedSecret[] = [{ key: 0, secret: 'public' }];

/** Whether a handshake is answered without proof of who asks. */
function isOpen(genuine: Handshake['genuine'], secrets: readonly IndexedSecret[]): boolean {
  return genuine === undefined || (genuine === 'keyed' && secrets.length === 0);
}

async function judge(
  provider: Provider,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  now: Date,
  ports: KeyPorts,
): Promise<Verdict> {
  if (secrets.length === 0) return { outcome: 'failed', reason: 'no-secret' };
  let reason: FailureReason = 'no-secret';
  for (const scheme of provider.schemes) {
    const result = await judgeScheme(scheme, delivery, secrets, now, ports);
    if (result.ok)
      return { outcome: scheme.kind === 'static-token' ? 'authenticated' : 'verified', key: result.value };
    if (weight(result.error) > weight(reason)) reason = result.error;
  }
  return { outcome: 'failed', reason };
}

/** Of several schemes' reasons the telling one is that of the scheme that got furthest: that another has no signature says nothing. */
function weight(reason: FailureReason): number {
  const weights: Partial<Record<FailureReason, number>> = {
    'no-secret': 0,
    'unsupported-algorithm': 1,
    'missing-signature': 2,
  };
  return weights[reason] ?? 3;
}

async function judgeScheme(
  scheme: Scheme,
  delivery: Delivery,
  secrets: readonly IndexedSecret[],
  now: Date,
  ports: KeyPorts,
): Promise<Result<number, FailureReason>> {
  const fitting = secrets.filter(({ secret }) => fitsPrefix(scheme, secret));
  if (fitting.length === 0) return err('no-secret');
  const lookup = lookupIn(delivery);
  if (scheme.requires?.every((condition) => meets(condition, lookup)) === false)
    return err('unsupported-algorithm');
  switch (scheme.kind) {
    case 'hmac':
      return verifyHmac(scheme, delivery, fitting, now);
    case 'digest':
      return verifyDigest(scheme, delivery, fitting, now);
    case 'asymmetric':
      return verifyAsymmetric(scheme, delivery, fitting, now, ports);
    case 'jwt':
      return verifyJwt(scheme, delivery, fitting, now, ports);
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

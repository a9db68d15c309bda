// Sign: the recipes run backwards: requests as a vendor would send them, for the simulator and for tests.
import { err, ok, type Result } from '../../core/result.ts';
import type { Condition } from '../condition.ts';
import type { WebhookRequest } from '../delivery.ts';
import { utf8 } from '../encoding.ts';
import type { Provider, Scheme } from '../provider.ts';
import { writtenTokens } from '../schemes/static-token.ts';
import { secretPart, type Secret } from '../secret.ts';
import { compileTemplate } from '../template.ts';
import { Draft } from './draft.ts';
import { writeToken } from './jwt.ts';
import { writeSignature } from './signature.ts';

export interface SignOptions {
  /** The secret as the source has it; its first usable part signs. */
  readonly secret: Secret;
  /** Private half of the key, for vendors that sign with one. */
  readonly privateKey?: CryptoKey;
  readonly now: Date;
  /** Id of the delivery, where the vendor signs one in a header or token. */
  readonly id?: string;
  /** Id of the key, where tokens name it. */
  readonly keyId?: string;
}

export interface UnsignedDelivery {
  /** Default POST. */
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/**
 * - `unsignable-body`: the body lacks what this vendor signs
 * - `unusable-secret`: the secret is not of the vendor's form, or a private key is missing
 * - `no-scheme`: none of the vendor's schemes fits the secret
 */
export type SignError = 'unsignable-body' | 'unusable-secret' | 'no-scheme';

/**
 * Signs a delivery by the first scheme of the vendor that fits the secret, or by the one at `schemeAt`.
 * What verification of the same provider, secret and time then finds genuine.
 */
export async function signDelivery(
  provider: Provider,
  delivery: UnsignedDelivery,
  options: SignOptions,
  schemeAt?: number,
): Promise<Result<WebhookRequest, SignError>> {
  const scheme = schemeAt === undefined ? schemeFor(provider, options.secret) : provider.schemes[schemeAt];
  if (scheme === undefined) return err('no-scheme');
  const draft = new Draft({
    method: delivery.method ?? 'POST',
    url: delivery.url,
    headers: new Headers(delivery.headers),
    body: typeof delivery.body === 'string' ? utf8(delivery.body) : delivery.body,
  });
  for (const condition of scheme.requires ?? []) meetCondition(draft, condition);
  const written = await write(scheme, draft, options);
  return written.ok ? ok(draft.delivery()) : written;
}

/** The first scheme of the vendor that fits the secret: the one by which it signs. */
export function schemeFor(provider: Provider, secret: Secret): Scheme | undefined {
  return provider.schemes.find((scheme) => fits(scheme, secret));
}

async function write(scheme: Scheme, draft: Draft, options: SignOptions): Promise<Result<true, SignError>> {
  switch (scheme.kind) {
    case 'hmac':
    case 'digest':
    case 'asymmetric':
      return writeSignature(scheme, draft, options);
    case 'jwt':
      return writeToken(scheme, draft, options);
    case 'static-token': {
      const own = scheme.ownHeader === true ? secretPart(options.secret, 'header') : undefined;
      const [token] =
        own === undefined ? writtenTokens(scheme, options.secret) : [secretPart(options.secret, 'value')];
      const [place] = own === undefined ? scheme.at : [`{header:${own}}`];
      if (token === undefined || place === undefined) return err('unusable-secret');
      if (scheme.each === undefined) draft.write(place, token);
      else writeEach(draft, scheme.each, place, token);
      return ok(true);
    }
    default:
      return scheme satisfies never;
  }
}

function writeEach(draft: Draft, each: string, place: string, token: string): void {
  const json = draft.delivery().json();
  const items = json.ok ? Reflect.get(Object(json.value), each) : undefined;
  const count = Array.isArray(items) ? items.length : 0;
  for (let index = 0; index < count; index += 1) draft.write(place, token, `${each}.${index}`);
}

/** Writes what a scheme requires of the headers; what it requires of the body is the sample's business. */
function meetCondition(draft: Draft, condition: Condition): void {
  const [piece] = compileTemplate(condition.at);
  const value = condition.equals ?? condition.oneOf?.find((text) => text !== '');
  if (piece?.kind === 'place' && piece.place === 'header' && value !== undefined)
    draft.headers.set(piece.path, value);
}

function fits(scheme: Scheme, secret: Secret): boolean {
  if (typeof secret !== 'string') return true;
  if (scheme.secretPrefix !== undefined && !secret.startsWith(scheme.secretPrefix)) return false;
  return scheme.secretPrefixNot === undefined || !secret.startsWith(scheme.secretPrefixNot);
}

// JWT: a token as the vendor would make it for this request: its claims are those that verification wants.
import { err, ok, type Result } from '../../core/result.ts';
import { encodeBinary, utf8 } from '../encoding.ts';
import { lookupIn, secretPlaces } from '../lookup.ts';
import { parameters, type PublicKeyAlgorithm } from '../public-key.ts';
import { computeHmac } from '../schemes/hmac.ts';
import { publicAlgorithm, type JwtScheme } from '../schemes/jwt.ts';
import { secretTexts } from '../secret.ts';
import { fillBytes, fillTemplate } from '../template.ts';
import type { Draft } from './draft.ts';
import type { SignError, SignOptions } from './index.ts';

/** Seconds for which a token that expires is made. */
const lifetimeSeconds = 60;

/** Writes the token into the draft; where the body is the token, the draft's JSON becomes its claims. */
export async function writeToken(
  scheme: JwtScheme,
  draft: Draft,
  options: SignOptions,
): Promise<Result<true, SignError>> {
  const isPublic = options.privateKey !== undefined && scheme.key !== undefined;
  const algorithm = scheme.algorithms.find((name) => (publicAlgorithm(name) !== undefined) === isPublic);
  if (algorithm === undefined) return err('unusable-secret');
  const [text = ''] = secretTexts(options.secret, scheme.keyParts ?? []);
  const seconds = Math.floor(options.now.getTime() / 1000);
  const head = {
    alg: algorithm,
    typ: 'JWT',
    ...(isPublic ? { kid: options.keyId ?? 'sample-key' } : {}),
    ...(scheme.times.headerTime === undefined ? {} : { [scheme.times.headerTime]: seconds }),
  };
  const isBody = scheme.at === '{body}';
  const json = draft.delivery().json();
  const own = isBody && json.ok && typeof json.value === 'object' ? json.value : {};
  const claims = { ...own, ...(await makeClaims(scheme, draft, options, text, seconds)) };
  const payload = scheme.detached === true ? encodeBinary(draft.body, 'base64url') : segment(claims);
  const signed = utf8(`${segment(head)}.${payload}`);
  const published = publicAlgorithm(algorithm);
  const signature =
    published === undefined
      ? await computeHmac(text, 'utf8', hashOf(algorithm), signed)
      : await signPublic(published, options.privateKey, signed);
  if (signature === undefined) return err('unusable-secret');
  const middle = scheme.detached === true ? '' : payload;
  const token = `${segment(head)}.${middle}.${encodeBinary(signature, 'base64url')}`;
  draft.write(scheme.at, `${scheme.prefix ?? ''}${token}`);
  return ok(true);
}

async function makeClaims(
  scheme: JwtScheme,
  draft: Draft,
  options: SignOptions,
  text: string,
  seconds: number,
): Promise<Readonly<Record<string, unknown>>> {
  const delivery = draft.delivery();
  await delivery.bodySha256();
  const lookup = lookupIn(delivery, secretPlaces(options.secret, text));
  const claims: Record<string, unknown> = {
    jti: options.id ?? 'sample-id',
    iat: seconds,
    nbf: seconds,
    exp: seconds + lifetimeSeconds,
  };
  for (const { claim, is } of scheme.claims ?? []) {
    const [value] = is.flatMap((template) => fillTemplate(template, lookup) ?? []);
    if (value !== undefined) claims[claim] = value;
  }
  for (const bind of scheme.binds ?? []) {
    if (bind.iffBody === true && draft.body.byteLength === 0) continue;
    const data = fillBytes(bind.of, draft.body, lookup);
    if (data === undefined) continue;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    claims[bind.claim] = encodeBinary(digest, bind.encoding);
  }
  return claims;
}

async function signPublic(
  algorithm: PublicKeyAlgorithm,
  key: CryptoKey | undefined,
  data: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (key === undefined) return undefined;
  return new Uint8Array(await crypto.subtle.sign(parameters(algorithm), key, data));
}

function hashOf(algorithm: string): 'SHA-256' | 'SHA-384' | 'SHA-512' {
  if (algorithm === 'HS512') return 'SHA-512';
  return algorithm === 'HS384' ? 'SHA-384' : 'SHA-256';
}

function segment(value: unknown): string {
  return encodeBinary(utf8(JSON.stringify(value)), 'base64url');
}

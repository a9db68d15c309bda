// Key: stands in for a vendor that signs with a key of its own: `npx signalbox key <provider> <file>` makes the pair.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  keyAlgorithm,
  makeKeyPair,
  pairParameters,
  pinnedSecret,
} from '../../src/webhooks/simulator/key-pair.ts';
import { say } from '../demo/terminal.ts';
import { findProvider, type Target } from './target.ts';
import { parseOptions, UsageError } from './usage.ts';

/** Runs the command; the exit code. @throws {UsageError} */
export async function makeKey(args: readonly string[]): Promise<number> {
  const [providerId, file, ...others] = parseOptions(args, {}).positionals;
  if (providerId === undefined || file === undefined || others.length > 0)
    throw new UsageError(
      'Cannot make a key as there must be a provider and a file: npx signalbox key <provider> <file>',
    );
  const provider = findProvider(providerId);
  const scheme = provider.schemes.find((candidate) => keyAlgorithm(candidate) !== undefined);
  const algorithm = scheme === undefined ? undefined : keyAlgorithm(scheme);
  if (scheme === undefined || algorithm === undefined)
    throw new UsageError(`${provider.name} signs with the source's secret: there is no key to make.`);
  if (existsSync(file)) throw new UsageError(`Cannot write ${file} as it exists: choose another name.`);
  const { publicKey, privateKey } = await makeKeyPair(algorithm);
  const secret = await pinnedSecret(provider, scheme, publicKey);
  const exported = await crypto.subtle.exportKey('pkcs8', privateKey);
  const base64 = Buffer.from(exported)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n');
  writeFileSync(file, `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`, {
    mode: 0o600,
    flag: 'wx',
  });
  say(
    `The private half is in ${file}. Put the public half into .dev.vars, as the secret that the source names:`,
  );
  say();
  // The public half: it may be seen.
  say(`'${secret}'`);
  return 0;
}

/** The private half from a file. @throws {UsageError} where there is none of the vendor's kind. */
export async function readPrivateKey(file: string, { provider }: Target): Promise<CryptoKey> {
  const algorithm = provider.schemes.map(keyAlgorithm).find((known) => known !== undefined);
  if (algorithm === undefined)
    throw new UsageError(`${provider.name} signs with the source's secret: --private-key has no use there.`);
  const pem = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const body = /-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----/.exec(pem)?.[1] ?? '';
  try {
    const bytes = Buffer.from(body, 'base64');
    return await crypto.subtle.importKey('pkcs8', bytes, pairParameters(algorithm), false, ['sign']);
  } catch {
    throw new UsageError(
      `Cannot sign with ${file} as it holds no private key (PKCS #8, PEM) for ${algorithm}.`,
    );
  }
}

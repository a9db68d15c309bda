// Target: whom a delivery is for: the provider, the source, its webhook URL, and the secret that proves it.
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { secretParts } from '../../src/config.ts';
import type { Source } from '../../src/core/source.ts';
import { sources } from '../../src/sources.ts';
import { genericProvider, providers, type Provider, type Secret } from '../../src/webhooks/index.ts';
import { hintOf, nearNames } from './near-name.ts';
import { UsageError } from './usage.ts';

export interface Target {
  readonly provider: Provider;
  readonly url: string;
  readonly secret: Secret;
}

export interface TargetOptions {
  readonly source?: string | undefined;
  readonly url: string;
  readonly secret?: string | undefined;
}

const devVars = new URL('../../.dev.vars', import.meta.url);

/** @throws {UsageError} */
export function findTarget(providerId: string, options: TargetOptions): Target {
  const source = findSource(providerId, options.source);
  const provider = findProvider(providerId, source);
  const secret = options.secret ?? readSecret(options.source ?? providerId, source);
  return {
    provider,
    url: webhookUrl(options.url, source?.name ?? options.source ?? providerId),
    secret: secretParts(secret) ?? secret,
  };
}

/** @throws {UsageError} */
export function findProvider(id: string, source?: Source): Provider {
  if (id === 'generic' && source !== undefined) {
    const made = genericProvider(source.options ?? {});
    if (!made.ok) throw new UsageError(`Cannot send to source '${source.name}': ${made.error}`);
    return made.value;
  }
  const provider = Object.hasOwn(providers, id) ? providers[id] : undefined;
  if (provider !== undefined) return provider;
  const hint = hintOf(nearNames(id, Object.keys(providers)));
  throw new UsageError(`Cannot find the provider '${id}': docs/providers.md has them all.${hint}`);
}

/** The source that was named, or the only one of that provider. One that is not declared here may be declared elsewhere. */
function findSource(providerId: string, name: string | undefined): Source | undefined {
  const candidates = sources.filter((source) => source.provider === providerId);
  if (name === undefined) {
    const [only, ...others] = candidates;
    if (others.length === 0) return only;
    throw new UsageError(
      `Cannot tell which source is meant: choose one of ${namesOf(candidates).join(', ')} with --source.`,
    );
  }
  const source = sources.find((declared) => declared.name === name);
  if (source !== undefined && source.provider !== providerId) {
    throw new UsageError(
      `Cannot send as ${providerId} to source '${name}' as its provider is ${source.provider}.`,
    );
  }
  return source;
}

function namesOf(declared: readonly Source[]): readonly string[] {
  return declared.map(({ name }) => name);
}

function webhookUrl(text: string, name: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`Cannot send to '${text}' as --url must be an http or https URL.`);
  // A path is the whole webhook URL, to the letter: some vendors sign it.
  return url.pathname === '/' && url.search === '' ? `${url.origin}/v1/hooks/${name}` : text;
}

/** @param wanted the source's name, or the provider's where none was named */
function readSecret(wanted: string, source: Source | undefined): string {
  const current = source?.secrets.find(({ until }) => until === undefined || Date.parse(until) > Date.now());
  if (current === undefined) {
    throw new UsageError(
      source === undefined
        ? `Cannot sign for '${wanted}' as no such source is declared in src/sources.ts: declare it, or give its secret with --secret.${hintOf(nearNames(wanted, namesOf(sources)))}`
        : `Cannot sign for source '${source.name}' as it declares no secret that has not expired: give one with --secret.`,
    );
  }
  const vars = existsSync(devVars) ? parseEnv(readFileSync(devVars, 'utf8')) : {};
  const value = vars[current.name];
  if (value !== undefined && value !== '') return value;
  throw new UsageError(
    `Cannot sign for source '${source?.name ?? wanted}' as .dev.vars has no ${current.name}: run \`npm run dev\` once, add the line, or use --secret.`,
  );
}

// Endpoint: a declared source made ready to receive: its recipe, its secrets, and the workflows that listen to it.
import { secretParts, type Config } from '../config.ts';
import type { NamedRateLimit } from '../core/acceptance.ts';
import type { EventAttributes } from '../core/event.ts';
import { splitRate } from '../core/rate-limit.ts';
import type { Source, SourceSecret } from '../core/source.ts';
import { fitsType, type WebhookTrigger } from '../core/trigger.ts';
import type { WorkflowDefinition } from '../engine/define.ts';
import { genericProvider, providers, type Provider, type Secret } from '../webhooks/index.ts';
import { allowedMethods } from './exchange.ts';
import type { PairedSecret } from './paired-secret.ts';

/** An event as a trigger's functions see it. */
export type TriggerEvent = EventAttributes & { readonly data: unknown };

/** A workflow that listens to a source. */
export interface Listener {
  readonly workflow: WorkflowDefinition;
  readonly triggers: readonly WebhookTrigger[];
}

/** A secret of a source with its value. */
export interface SourceKey {
  readonly name: string;
  /** From when it proves nothing, ms since the epoch; absent: it does not expire. */
  readonly until?: number;
  readonly secret: Secret;
}

export interface Endpoint {
  readonly source: Source;
  readonly provider: Provider;
  /** Newest first, as declared; those that have expired too. */
  readonly keys: readonly SourceKey[];
  /** Where the vendor hands its secret over in a handshake, and none is declared. */
  readonly paired?: PairedSecret;
  /** Methods the endpoint takes: POST, and those of the vendor's handshakes. */
  readonly allow: readonly string[];
  readonly listeners: readonly Listener[];
  /** The source's own limit, counted by each workflow's object; empty where none is declared. */
  readonly limits: readonly NamedRateLimit[];
}

/**
 * Makes the endpoints of all sources, by the sources' names.
 * @throws {Error} at start, with a sentence that names the source: an unknown provider, options that fit none, a rate that can't be
 *   divided among a workflow's shards.
 */
export function makeEndpoints(
  sources: Iterable<Source>,
  workflows: Iterable<WorkflowDefinition>,
  config: Config,
  pair: (source: string) => PairedSecret,
): ReadonlyMap<string, Endpoint> {
  const all = [...workflows];
  return new Map(
    [...sources].map((source) => {
      const endpoint = makeEndpoint(source, all, config);
      const hasOwn = endpoint.keys.length > 0;
      const captures =
        endpoint.provider.handshakes?.some((handshake) => handshake.captures === true) ?? false;
      return [source.name, captures && !hasOwn ? { ...endpoint, paired: pair(source.name) } : endpoint];
    }),
  );
}

function makeEndpoint(source: Source, workflows: readonly WorkflowDefinition[], config: Config): Endpoint {
  const provider = providerOf(source);
  const listeners = workflows.flatMap((workflow) => {
    const triggers = workflow.triggers
      .filter((trigger) => trigger.kind === 'webhook')
      .filter((trigger) => trigger.source === source.name);
    return triggers.length === 0 ? [] : [{ workflow, triggers }];
  });
  for (const { workflow } of listeners) checkRate(source, workflow);
  return {
    source,
    provider,
    keys: source.secrets.map((secret) => keyOf(secret, config)),
    allow: allowedMethods(['POST', ...(provider.handshakes ?? []).map(({ method = 'POST' }) => method)]),
    listeners,
    limits: source.rate === undefined ? [] : [{ name: `source:${source.name}`, policy: source.rate }],
  };
}

/** The values of secrets. */
export function valuesOf(keys: readonly SourceKey[]): readonly Secret[] {
  return keys.map(({ secret }) => secret);
}

function providerOf({ name, provider: id, options }: Source): Provider {
  if (id === 'generic') {
    const made = genericProvider(options ?? {});
    if (made.ok) return made.value;
    throw new Error(`Cannot start Signalbox as the options of source '${name}' must fit: ${made.error}`);
  }
  const provider = providers[id];
  if (provider === undefined) {
    throw new Error(
      `Cannot start Signalbox as the provider of source '${name}' must be one of the catalogue: current value is '${id}'`,
    );
  }
  if (options !== undefined) {
    throw new Error(
      `Cannot start Signalbox as source '${name}' must have no options: only the provider 'generic' takes them, and this is '${id}'`,
    );
  }
  return provider;
}

function keyOf({ name, until }: SourceSecret, config: Config): SourceKey {
  const secret = secretOf(name, config);
  return until === undefined ? { name, secret } : { name, secret, until: Date.parse(until) };
}

function secretOf(name: string, { secret }: Config): Secret {
  // parseConfig has made sure of it; an empty secret is never judged.
  const value = secret(name) ?? '';
  return secretParts(value) ?? value;
}

/** A rate is split over a workflow's shards when an event comes; that it can be is found out here, at start. */
function checkRate({ name, rate }: Source, { name: workflow, limits: { shards } }: WorkflowDefinition): void {
  if (rate === undefined) return;
  try {
    splitRate(rate, shards);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot start Signalbox: source '${name}' and workflow '${workflow}': ${reason}`, {
      cause: error,
    });
  }
}

/**
 * Which trigger of a workflow wants the event: the first that fits, so that an event starts a workflow once.
 * What a trigger's `when` throws is thrown on: a bug of its author, answered 500, after which the vendor sends again.
 */
export function findTrigger({ triggers }: Listener, event: TriggerEvent): WebhookTrigger | undefined {
  return triggers.find(
    (trigger) => fitsType(event.type, trigger.types) && (trigger.when === undefined || trigger.when(event)),
  );
}

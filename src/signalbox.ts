// Signalbox: makes the box from its parts: the Worker, and the object classes that know its workflows.
import { env, waitUntil } from 'cloudflare:workers';
import { SourceObject } from '../durable-objects/source.ts';
import { UpstreamObject, upstreamPort } from '../durable-objects/upstream.ts';
import { workflowObjectClass, workflowObjectName } from '../durable-objects/workflow.ts';
import { parseConfig } from './config.ts';
import type { WorkflowRpc } from './core/acceptance.ts';
import type { ControlRpc } from './core/control.ts';
import type { DeliveryRpc, SourceRpc } from './core/delivery-log.ts';
import { splitRate } from './core/rate-limit.ts';
import type { Source } from './core/source.ts';
import type { Sign } from './engine/approval-token.ts';
import type { WorkflowDefinition } from './engine/define.ts';
import type { WorkflowVersions } from './engine/identity.ts';
import { createApp } from './http/app.ts';
import { makeSeal } from './seal.ts';

export interface SignalboxParts {
  /** Every workflow, and every version of it that executions may still run on; the last one of a name accepts. */
  readonly workflows: readonly WorkflowDefinition[];
  readonly sources: readonly Source[];
}

/**
 * Makes a box.
 * @throws {Error} at start, with a sentence that names what is wrong: a name declared twice, a trigger on a source that is not
 *   declared, a secret that is not set.
 */
export function signalbox({ workflows, sources }: SignalboxParts) {
  const versions = groupVersions(workflows);
  const sourceByName = new Map(sources.map((source) => [source.name, source]));
  if (sourceByName.size < sources.length)
    throw new Error('Cannot start Signalbox as two sources have the same name');
  checkTriggers(workflows, sourceByName);

  const secretNames = [
    ...sources.flatMap(({ secrets }) => secrets.map(({ name }) => name)),
    ...workflows.flatMap(({ secrets }) => secrets),
  ];
  const parsed = parseConfig(env, [...new Set(secretNames)]);
  if (!parsed.ok) throw new Error(`Cannot start Signalbox: ${parsed.error}`);
  const config = parsed.value;

  // An object's id is a digest of its name: made once for each, not for each event.
  const ids = new Map<string, DurableObjectId>();
  const object = (workflow: string, shard: number) => {
    const name = workflowObjectName(workflow, shard);
    const id = ids.get(name) ?? objects().idFromName(name);
    ids.set(name, id);
    return objects().get(id);
  };
  const sign = signer(config.rootKey, 'signalbox approval link, version 1');
  const WorkflowObject = workflowObjectClass({
    workflows: versions,
    object,
    secret: config.secret,
    redact: config.redact,
    sign,
    publicUrl: config.publicUrl,
    allowedPrivateHosts: config.allowedPrivateHosts,
    upstream: () => upstreamPort((env as { UPSTREAM?: unknown }).UPSTREAM),
  });
  const app = createApp({
    config,
    sources: sourceByName,
    workflows: new Map([...versions].map(([name, { current }]) => [name, current])),
    workflowObject: object,
    sourceObject: (name) => sourceObjects().getByName(name),
    after: waitUntil,
    seal: makeSeal(config.rootKey),
    fetchLink: (url, init) => fetch(url, init),
    sign,
  });
  const scheduled = workflows.filter(({ triggers }) => triggers.some(({ kind }) => kind === 'schedule'));
  const worker = {
    fetch: app.fetch,
    // Workflow objects keep their schedules by their own alarms. This is what gives a new one its first, and finds one that was lost.
    scheduled: async () => {
      await Promise.all(scheduled.map(({ name }) => object(name, 0).schedules()));
    },
  } satisfies ExportedHandler;
  return { worker, WorkflowObject, SourceObject, UpstreamObject };
}

/** A signer whose key is derived from the root key for one purpose: a MAC made for one is no use for another. */
function signer(rootKey: string, purpose: string): Sign {
  // The key itself is kept, not its promise: a promise must not be awaited by another request than the one that made it.
  let key: CryptoKey | undefined;
  return async (text) => {
    key ??= await deriveKey(rootKey, purpose);
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)));
  };
}

async function deriveKey(rootKey: string, purpose: string): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const root = await crypto.subtle.importKey('raw', encoder.encode(rootKey), 'HKDF', false, ['deriveKey']);
  const info = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(purpose) };
  return crypto.subtle.deriveKey(info, root, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']);
}

type WorkflowObjectRpc = WorkflowRpc & ControlRpc & DeliveryRpc;

interface WorkflowNamespace {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): WorkflowObjectRpc;
}

/** The namespace of workflow objects, by its one name in wrangler.toml. */
function objects(): WorkflowNamespace {
  // The binding's type is wrangler's word; its class implements them all.
  const { WORKFLOW } = env as { WORKFLOW?: WorkflowNamespace };
  if (WORKFLOW === undefined)
    throw new Error('Cannot reach workflow objects as wrangler.toml must bind WORKFLOW to WorkflowObject');
  return WORKFLOW;
}

/** The namespace of source objects, likewise. */
function sourceObjects(): { getByName(name: string): SourceRpc } {
  const { SOURCE } = env as { SOURCE?: { getByName(name: string): SourceRpc } };
  if (SOURCE === undefined)
    throw new Error('Cannot reach source objects as wrangler.toml must bind SOURCE to SourceObject');
  return SOURCE;
}

function groupVersions(workflows: readonly WorkflowDefinition[]): Map<string, WorkflowVersions> {
  const versions = new Map<
    string,
    { current: WorkflowDefinition; byVersion: Map<string, WorkflowDefinition> }
  >();
  for (const workflow of workflows) {
    const { name, version } = workflow;
    const known = versions.get(name) ?? { current: workflow, byVersion: new Map() };
    if (known.byVersion.has(version)) {
      throw new Error(`Cannot start Signalbox as version ${version} of workflow '${name}' is declared twice`);
    }
    known.current = workflow;
    known.byVersion.set(version, workflow);
    versions.set(name, known);
  }
  return versions;
}

function checkTriggers(workflows: readonly WorkflowDefinition[], sources: ReadonlyMap<string, Source>): void {
  for (const { name, triggers, limits } of workflows) {
    for (const trigger of triggers) {
      if (trigger.kind !== 'webhook') continue;
      const source = sources.get(trigger.source);
      // Refuses a rate that the workflow's shards can't hold between them.
      if (source?.rate !== undefined) splitRate(source.rate, limits.shards);
      if (source !== undefined) continue;
      throw new Error(
        `Cannot start Signalbox as workflow '${name}' is triggered by source '${trigger.source}', which is not declared`,
      );
    }
  }
}

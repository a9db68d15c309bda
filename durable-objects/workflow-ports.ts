// Workflow ports: what the engine needs of the platform, as a workflow object has it.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AcceptRequest, WorkflowRpc } from '../src/core/acceptance.ts';
import type { ControlRpc } from '../src/core/control.ts';
import { parseExecutionId, shardOf } from '../src/core/id.ts';
import { limit } from '../src/core/limit.ts';
import { err, ok } from '../src/core/result.ts';
import { fitsType } from '../src/core/trigger.ts';
import { writeApprovalToken, type Sign } from '../src/engine/approval-token.ts';
import type { WorkflowDefinition } from '../src/engine/define.ts';
import type { WorkflowVersions } from '../src/engine/identity.ts';
import type { AlarmPort, ApprovalPort, ClockPort, PeerPort, Ports } from '../src/engine/port.ts';
import type { UpstreamPort } from '../src/engine/outbound/upstream.ts';
import { ConnectionSlots } from './connection-slot.ts';
import { WorkflowStore } from './workflow-store.ts';

/** What a workflow object needs of the box it is part of. */
export interface WorkflowObjectParts {
  /** Workflows of this deployment, by name. */
  readonly workflows: ReadonlyMap<string, WorkflowVersions>;
  /** The object that holds a shard of a workflow. */
  object(workflow: string, shard: number): WorkflowRpc & ControlRpc;
  /** The value of a Worker secret. */
  secret(name: string): string | undefined;
  /** Takes secrets' values out of a text. */
  redact(text: string): string;
  /** Signs the links of approvals. */
  readonly sign: Sign;
  /** Origin of the service as its callers reach it, without a slash at its end; empty: links are paths. */
  readonly publicUrl: string;
  /** Hosts (`host` or `host:port`) that requests may reach although they are private: for local work. */
  readonly allowedPrivateHosts: readonly string[];
  /** Circuit breakers and rate-limit state of the hosts that are called, shared by all workflows. */
  upstream(): UpstreamPort;
}

export function makePorts(ctx: DurableObjectState, alarm: AlarmPort, parts: WorkflowObjectParts): Ports {
  const clock = makeClock(ctx);
  const scope = new AsyncLocalStorage<string>();
  const slots = new ConnectionSlots();
  const redact = (text: string) => parts.redact(text);
  return {
    store: new WorkflowStore(ctx.storage),
    alarm,
    clock,
    scope: { run: (step, work) => scope.run(step, work), current: () => scope.getStore() },
    outbound: {
      fetch: (request) => fetch(request),
      now: () => clock.now(),
      after: (ms, signal) => clock.after(ms, signal),
      slot: (signal, host) => slots.take(signal, host),
      secret: (name) => parts.secret(name),
      allowedPrivateHosts: parts.allowedPrivateHosts,
      // A workflow that calls its own box would start itself for ever.
      ownHosts: parts.publicUrl === '' ? [] : [new URL(parts.publicUrl).host],
      upstream: parts.upstream(),
    },
    peers: makePeers(parts),
    approvals: makeApprovals(parts),
    signCallback: (secret, id, timestamp, body) =>
      signStandardWebhook(parts.secret(secret), id, timestamp, body),
    redact,
    report: (what, details) => {
      // oxlint-disable-next-line no-console -- the Workers log is the operator's; this is the one place an object writes to it
      console.error(redact(JSON.stringify({ level: 'error', what, object: ctx.id.name, ...details })));
    },
  };
}

function makeClock(ctx: DurableObjectState): ClockPort {
  let turn: Promise<void> | undefined;
  /** Who has waited for a turn since the object last let others in. */
  let waited = 0;
  // A pass through the object's input gate is the cheapest true turn of the event loop: 11 µs, all microtasks done. A timer of
  // 0 ms takes 1.1 ms, and a message on a MessageChannel is itself a microtask (measured on workerd, 2026-11-21). But who asks for
  // the next pass at the end of one keeps the gate, and whoever calls the object waits outside: so a timer lets them in now and then.
  const letIn = () => {
    waited = 0;
    return scheduler.wait(0);
  };
  const pass = () => (waited < limit.turnsKeptMax ? ctx.blockConcurrencyWhile(async () => {}) : letIn());
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    uuid: () => crypto.randomUUID(),
    // Runs that wait in the same turn share its end: they go on together, and what they write then is one commit.
    turn: () => {
      waited += 1;
      if (turn !== undefined) return turn;
      const next = pass();
      turn = next;
      // The first to be told of the pass, so that whoever goes on after it gets a new one.
      void next.then(() => {
        turn = undefined;
      });
      return next;
    },
    letIn,
    after: async (ms, signal) => {
      try {
        await scheduler.wait(ms, { signal });
      } catch {
        // Aborted: the caller has what it waited for.
      }
    },
  };
}

function makePeers(parts: WorkflowObjectParts): PeerPort {
  const { workflows } = parts;
  const object = (workflow: string, shard: number) => parts.object(workflow, shard);
  const accept = async (
    definition: WorkflowDefinition,
    request: Omit<AcceptRequest, 'workflow' | 'shard'>,
  ) => {
    const { name, limits } = definition;
    const shard = shardOf(request.key, limits.shards);
    return object(name, shard).accept({ ...request, workflow: name, shard });
  };
  const peer = (id: string): (WorkflowRpc & ControlRpc) | undefined => {
    const parsed = parseExecutionId(id);
    return parsed.ok ? object(parsed.value.workflow, parsed.value.shard) : undefined;
  };
  return {
    start: async ({ workflow, key, data, parent, traceparent }) => {
      const definition = workflows.get(workflow)?.current;
      if (definition === undefined)
        return err(`Cannot invoke '${workflow}' as this deployment has no such workflow`);
      const event = {
        id: key,
        type: 'dev.signalbox.execution.invoked',
        source: `/v1/executions/${parent.id}`,
        time: new Date().toISOString(),
      };
      const accepted = await accept(definition, { key, event, data, parent, traceparent });
      // A limit that is reached now is not reached for ever: the step tries again.
      if (!accepted.ok) throw new Error(`workflow '${workflow}' did not accept: ${accepted.error.kind}`);
      return ok(accepted.value.id);
    },
    outcome: async (id) => peer(id)?.outcome(id),
    cancel: async (id, compensate) => {
      await peer(id)?.change({ id, to: 'cancelled', compensate });
    },
    find: async (workflow, shard, key) => object(workflow, shard).find(key),
    hurry: async (id, step) => peer(id)?.hurry(id, step),
    emit: async ({ data, ...event }, key, traceparent) => {
      const wanting = [...workflows.values()].filter(({ current }) =>
        current.triggers.some((trigger) => trigger.kind === 'event' && fitsType(event.type, trigger.types)),
      );
      return Promise.all(
        wanting.map(async ({ current }) => {
          const accepted = await accept(current, { key, event, data, traceparent });
          if (!accepted.ok)
            throw new Error(`workflow '${current.name}' did not accept: ${accepted.error.kind}`);
          return accepted.value.id;
        }),
      );
    },
  };
}

function makeApprovals({ sign, publicUrl }: WorkflowObjectParts): ApprovalPort {
  return {
    link: async (claims) => {
      const token = await writeApprovalToken(claims, sign);
      return { token, url: `${publicUrl}/v1/approvals/${token}` };
    },
  };
}

/** Standard Webhooks 1.0.0, "Signature scheme": HMAC-SHA256 of `id.timestamp.body`, the key in base64 after `whsec_`. */
async function signStandardWebhook(
  secret: string | undefined,
  id: string,
  timestamp: number,
  body: string,
): Promise<Record<string, string>> {
  if (secret === undefined) throw new Error('the callback’s secret is not set');
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${id}.${timestamp}.${body}`));
  const signature = btoa(String.fromCharCode(...new Uint8Array(mac)));
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}

// What the tests of the HTTP floor share: asking the real Worker, or an app of a test's own sources over the same real objects.
import { env, exports } from 'cloudflare:workers';
import { expect } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config.ts';
import type { WorkflowRpc } from '../../src/core/acceptance.ts';
import type { SourceRpc } from '../../src/core/delivery-log.ts';
import { defineSource, type Source } from '../../src/core/source.ts';
import type { WebhookTrigger } from '../../src/core/trigger.ts';
import type { Sign } from '../../src/engine/approval-token.ts';
import type { WorkflowDefinition } from '../../src/engine/index.ts';
import { createApp } from '../../src/http/app.ts';
import { makeSeal } from '../../src/seal.ts';
import type { Fetch } from '../../src/http/visitor.ts';
import { problemTypeBase } from '../../src/http/problem.ts';
import { providers, signDelivery, type Secret } from '../../src/webhooks/index.ts';
import { objectOf } from '../durable-objects/object.ts';

export const origin = 'https://box.example';
export const rootKey = z.object({ SIGNALBOX_ROOT_KEY: z.string() }).parse(env).SIGNALBOX_ROOT_KEY;

export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** Asks the Worker under test as the network would. */
export const ask: Ask = async (path, init) => {
  const { default: worker } = exports as { default: { fetch(request: Request): Promise<Response> } };
  return worker.fetch(new Request(`${origin}${path}`, init));
};

/** The same with the root key. */
export function withKey(asking: Ask): Ask {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${rootKey}`);
    return asking(path, { ...init, headers });
  };
}

export const api = withKey(ask);

/** Secrets of the apps that tests make. */
const secrets = {
  SHOP_SECRET: 'fake-shop-secret-0123',
  OTHER_SECRET: 'fake-other-secret-0123',
  WHSEC_SECRET: `whsec_${btoa('fake-shop-secret-0123')}`,
};

type Declaration = Parameters<typeof defineSource>[0];

export interface BoxOptions {
  /** Each with `SHOP_SECRET` where it names no other. */
  readonly sources?: readonly (Omit<Declaration, 'secrets'> & Partial<Pick<Declaration, 'secrets'>>)[];
  /** Workflows that the real objects know, with the triggers that a test gives them. */
  readonly listeners?: readonly (readonly [WorkflowDefinition, ...Omit<WebhookTrigger, 'kind'>[]])[];
  /** What stands before the object's own methods, to see or to disturb what reaches them. */
  readonly before?: (object: WorkflowRpc, workflow: string) => Partial<WorkflowRpc>;
  readonly now?: () => Date;
  /** In place of the real source objects. */
  readonly sourceObject?: (name: string) => SourceRpc;
  /** Signs the links of approvals. */
  readonly sign?: Sign;
  /** Fetches the links that confirm subscriptions; default: there are none. */
  readonly fetchLink?: Fetch;
  /** Worker secrets beside the box's own. */
  readonly moreSecrets?: Readonly<Record<string, string>>;
  /** `SIGNALBOX_PUBLIC_URL`. */
  readonly publicUrl?: string;
}

const noSign: Sign = async () => new Uint8Array(32);

/** The object of a source. */
export function sourceObject(name: string): DurableObjectStub & SourceRpc {
  const { SOURCE } = env as { SOURCE: { getByName(name: string): DurableObjectStub & SourceRpc } };
  return SOURCE.getByName(name);
}

/** An app of a test's own sources, each signed with `SHOP_SECRET`, over the real objects; and which workflow objects and
 * source objects it has reached. */
export function boxOf({
  sources = [],
  listeners = [],
  before = () => ({}),
  now,
  sign = noSign,
  fetchLink = async () => new Response(null, { status: 404 }),
  publicUrl = '',
  moreSecrets = {},
  sourceObject: objectOfSource = sourceObject,
}: BoxOptions) {
  const known = { ...secrets, ...moreSecrets };
  const config = parseConfig(
    { SIGNALBOX_ROOT_KEY: rootKey, SIGNALBOX_PUBLIC_URL: publicUrl, ...known },
    Object.keys(known),
  );
  if (!config.ok) throw new Error(config.error);
  const declared: Source[] = sources.map((source) =>
    defineSource({
      secrets: [source.provider === 'standardwebhooks' ? 'WHSEC_SECRET' : 'SHOP_SECRET'],
      ...source,
    }),
  );
  const reached: string[] = [];
  const asked: string[] = [];
  const pending: Promise<unknown>[] = [];
  const app = createApp({
    config: config.value,
    sources: new Map(declared.map((source) => [source.name, source])),
    workflows: new Map(
      listeners.map(([workflow, ...triggers]) => [
        workflow.name,
        { ...workflow, triggers: triggers.map((trigger) => ({ kind: 'webhook', ...trigger })) },
      ]),
    ),
    workflowObject: (workflow, shard) => {
      reached.push(`${workflow}/${shard}`);
      const object = objectOf(workflow, shard);
      const methods = new Map<PropertyKey, unknown>(Object.entries(before(object, workflow)));
      return new Proxy(object, { get: (_, name) => methods.get(name) ?? Reflect.get(object, name) });
    },
    sourceObject: (name) => {
      asked.push(name);
      return objectOfSource(name);
    },
    after: (work) => pending.push(work),
    seal: makeSeal(rootKey),
    fetchLink,
    sign,
    ...(now === undefined ? {} : { now }),
  });
  const asking: Ask = async (path, init) => app.fetch(new Request(`${origin}${path}`, init));
  /** Resolves when all that was left for after the answers is done. */
  const settled = async () => Promise.all(pending.splice(0));
  return { ask: asking, api: withKey(asking), reached, asked, settled };
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body: string | Uint8Array;
}

/** A delivery to a source as its vendor signs it. */
export async function signed(
  source: string,
  provider: string,
  { method = 'POST', headers = {}, body }: Sent,
  secret: Secret = provider === 'standardwebhooks' ? secrets.WHSEC_SECRET : secrets.SHOP_SECRET,
): Promise<{ path: string; init: RequestInit & { headers: Headers; body: Uint8Array } }> {
  const recipe = providers[provider];
  if (recipe === undefined) throw new Error(`no provider ${provider}`);
  const path = `/v1/hooks/${source}`;
  const delivery = await signDelivery(
    recipe,
    { method, url: `${origin}${path}`, headers: { 'Content-Type': 'application/json', ...headers }, body },
    { secret, now: new Date(), id: headers['webhook-id'] ?? crypto.randomUUID() },
  );
  if (!delivery.ok) throw new Error(delivery.error);
  return { path, init: { method, headers: delivery.value.headers, body: delivery.value.body } };
}

const problemSchema = z.looseObject({
  type: z.url(),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  instance: z.string().startsWith('/'),
  requestId: z.string().min(1),
});

export type Problem = z.infer<typeof problemSchema>;

/** The answer as a problem of that kind and status; it must agree with its own status line and headers (HT-28). */
export async function problemOf(response: Response, status: number, kind: string): Promise<Problem> {
  const problem = problemSchema.parse(await response.json());
  expect({ status: response.status, inBody: problem.status, type: problem.type }).toEqual({
    status,
    inBody: status,
    type: `${problemTypeBase}${kind}`,
  });
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(response.headers.get('X-Request-Id')).toBe(problem.requestId);
  return problem;
}

/** Every header but those that are another in each answer. */
export function headersOf(response: Response): Record<string, string> {
  const { 'x-request-id': _, ...rest } = Object.fromEntries(response.headers);
  return rest;
}

/** What every answer carries (HT-25). */
export const commonHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
} as const;

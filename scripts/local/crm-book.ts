// The stand-in CRM's book: what a peer that is sometimes down, sometimes slow, and honest about repeats would do.
// Web-standard only, so that the same book answers over real HTTP (crm.ts) and inside tests on workerd.
import { z } from 'zod';

/** How unreliable the CRM is. */
export interface CrmTemper {
  /** Times that `POST /orders` answers 503 for each Idempotency-Key before it works. */
  readonly unavailableTimes: number;
  /** How long a new order says `processing` before it says `indexed`, in ms. */
  readonly indexingMs: number;
  /** How long an answer takes once the CRM has done what it was asked, in ms. */
  readonly latencyMs: number;
  /** What it takes as `Authorization: Bearer`. */
  readonly tokens: readonly string[];
}

/**
 * What a request did: `created` is an effect; `replayed` is the first answer again, without one; `refused` and `read`
 * changed nothing.
 */
export type CrmEffect = 'created' | 'replayed' | 'refused' | 'read';

/** One line of the CRM's own log, written before the answer leaves. */
export interface CrmLogLine {
  /** ms since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  /** What the request said, as JSON; null where it had no body. */
  readonly body: unknown;
  readonly status: number;
  readonly effect: CrmEffect;
  /** What it answered, as JSON. */
  readonly answer: unknown;
}

const crmLogLineSchema: z.ZodType<CrmLogLine> = z.object({
  at: z.number(),
  method: z.string(),
  path: z.string(),
  key: z.string().nullable(),
  body: z.json(),
  status: z.int(),
  effect: z.enum(['created', 'replayed', 'refused', 'read']),
  answer: z.json(),
});

export interface CrmPorts {
  /** ms since the epoch. */
  now(): number;
  /** Must have kept the line before it returns: the log is the proof. */
  record(line: CrmLogLine): void;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

interface Done {
  readonly fingerprint: string;
  readonly answer: Answer;
}

/** What the CRM creates: a pattern of the path, and the prefix of the ids it gives. */
const creations: readonly { method: string; path: RegExp; prefix: string; status: number }[] = [
  { method: 'PUT', path: /^\/customers\/[^/]+$/, prefix: 'cus', status: 200 },
  { method: 'POST', path: /^\/orders$/, prefix: 'ord', status: 201 },
  { method: 'POST', path: /^\/directory\/accounts$/, prefix: 'dir', status: 201 },
  { method: 'POST', path: /^\/mail\/accounts$/, prefix: 'box', status: 201 },
  { method: 'POST', path: /^\/chat\/accounts$/, prefix: 'chat', status: 201 },
  { method: 'POST', path: /^\/training\/assignments$/, prefix: 'trn', status: 201 },
  { method: 'POST', path: /^\/mail\/messages$/, prefix: 'msg', status: 201 },
];

const createdSchema = z.object({ id: z.string() });

const indexQuestion = /^\/orders\/(ord_\d+)\/index$/;

export class CrmBook {
  readonly #temper: CrmTemper;
  readonly #ports: CrmPorts;
  readonly #done = new Map<string, Done>();
  readonly #refusals = new Map<string, number>();
  readonly #orderedAt = new Map<string, number>();
  readonly #counts = new Map<string, number>();

  /** What the CRM knows is what its log says: `past` is the log of its earlier lives. */
  constructor(temper: CrmTemper, ports: CrmPorts, past: readonly CrmLogLine[] = []) {
    this.#temper = temper;
    this.#ports = ports;
    for (const line of past) this.#remember(line);
  }

  /** Answers one request; the log line is kept before the promise resolves. */
  async answer(request: Request): Promise<Response> {
    const { method } = request;
    const path = new URL(request.url).pathname;
    const key = request.headers.get('Idempotency-Key');
    const text = await request.text();
    const body: unknown = text === '' ? null : JSON.parse(text);
    const authorization = request.headers.get('Authorization');
    const isKnown = this.#temper.tokens.some((token) => authorization === `Bearer ${token}`);
    const [effect, { status, body: answer, headers = {} }] = isKnown
      ? this.#decide(method, path, key, body)
      : refuse(401, 'the token is wrong or missing');

    const line = { at: this.#ports.now(), method, path, key, body, status, effect, answer };
    this.#ports.record(line);
    this.#remember(line);
    return Response.json(answer, { status, headers });
  }

  #decide(method: string, path: string, key: string | null, body: unknown): [CrmEffect, Answer] {
    const question = indexQuestion.exec(path);
    if (method === 'GET' && question !== null) return this.#indexOf(question[1] ?? '');
    const creation = creations.find((one) => one.method === method && one.path.test(path));
    if (creation === undefined) return refuse(404, `no such thing: ${method} ${path}`);
    if (key === null) return refuse(400, 'a write needs an Idempotency-Key');

    const before = this.#done.get(key);
    if (before !== undefined) {
      return before.fingerprint === fingerprintOf({ method, path, body })
        ? ['replayed', before.answer]
        : refuse(422, 'this Idempotency-Key came with another request before');
    }
    if (path === '/orders' && (this.#refusals.get(key) ?? 0) < this.#temper.unavailableTimes) {
      return refuse(503, 'the CRM is overloaded', { 'Retry-After': '1' });
    }
    const count = (this.#counts.get(creation.prefix) ?? 0) + 1;
    return ['created', { status: creation.status, body: { id: `${creation.prefix}_${count}` } }];
  }

  #indexOf(order: string): [CrmEffect, Answer] {
    const orderedAt = this.#orderedAt.get(order);
    if (orderedAt === undefined) return refuse(404, `no such order: ${order}`);
    const isIndexed = this.#ports.now() - orderedAt >= this.#temper.indexingMs;
    return ['read', { status: 200, body: { id: order, status: isIndexed ? 'indexed' : 'processing' } }];
  }

  #remember(line: CrmLogLine): void {
    const { at, key, status, effect, answer } = line;
    if (key !== null && status === 503) this.#refusals.set(key, (this.#refusals.get(key) ?? 0) + 1);
    if (key === null || effect !== 'created') return;
    const { id } = createdSchema.parse(answer);
    const prefix = id.slice(0, id.indexOf('_'));
    this.#counts.set(prefix, (this.#counts.get(prefix) ?? 0) + 1);
    if (prefix === 'ord') this.#orderedAt.set(id, at);
    this.#done.set(key, { fingerprint: fingerprintOf(line), answer: { status, body: answer } });
  }
}

function fingerprintOf({ method, path, body }: Pick<CrmLogLine, 'method' | 'path' | 'body'>): string {
  return JSON.stringify([method, path, body]);
}

function refuse(status: number, message: string, headers: Record<string, string> = {}): ['refused', Answer] {
  return ['refused', { status, body: { error: message }, headers }];
}

/** Reads a log as it was appended to a file, a line of JSON each; an unfinished last line is left out. */
export function parseLog(text: string): CrmLogLine[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => crmLogLineSchema.parse(JSON.parse(line)));
}

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

export const crmLogLineSchema: z.ZodType<CrmLogLine> = z.object({
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

const indexQuestion = /^\/orders\/(ord_\d+)\/index$/;

export class CrmBook {
  readonly #temper: CrmTemper;
  readonly #ports: CrmPorts;
  readonly #done = new Map<string, Done>();
  readonly #refusals = new Map<string, number>();
  readonly #orderedAt = new Map<string, number>();
  readonly #counts = new Map<string, number>();

  constructor(temper: CrmTemper, ports: CrmPorts) {
    this.#temper = temper;
    this.#ports = ports;
  }

  /** Answers one request; the log line is kept before the promise resolves. */
  async answer(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname;
    const key = request.headers.get('Idempotency-Key');
    const text = await request.text();
    const authorization = request.headers.get('Authorization');
    const authorized = this.#temper.tokens.some((token) => authorization === `Bearer ${token}`);
    const [effect, answer] = authorized
      ? this.#decide(request.method, path, key, text)
      : refused(401, 'the token is wrong or missing');
    this.#ports.record({
      at: this.#ports.now(),
      method: request.method,
      path,
      key,
      body: text === '' ? null : JSON.parse(text),
      status: answer.status,
      effect,
      answer: answer.body,
    });
    const { status, headers = {} } = answer;
    return Response.json(answer.body, { status, headers });
  }

  #decide(method: string, path: string, key: string | null, text: string): [CrmEffect, Answer] {
    const question = indexQuestion.exec(path);
    if (method === 'GET' && question !== null) return this.#indexOf(question[1] ?? '');
    const creation = creations.find((one) => one.method === method && one.path.test(path));
    if (creation === undefined) return refused(404, `no such thing: ${method} ${path}`);
    if (key === null) return refused(400, 'a write needs an Idempotency-Key');

    const fingerprint = `${method} ${path}\n${text}`;
    const before = this.#done.get(key);
    if (before !== undefined) {
      return before.fingerprint === fingerprint
        ? ['replayed', before.answer]
        : refused(422, 'this Idempotency-Key came with another request before');
    }
    const refusals = this.#refusals.get(key) ?? 0;
    if (path === '/orders' && refusals < this.#temper.unavailableTimes) {
      this.#refusals.set(key, refusals + 1);
      return refused(503, 'the CRM is overloaded', { 'Retry-After': '1' });
    }

    const id = this.#nextId(creation.prefix);
    if (creation.prefix === 'ord') this.#orderedAt.set(id, this.#ports.now());
    const answer = { status: creation.status, body: { id } };
    this.#done.set(key, { fingerprint, answer });
    return ['created', answer];
  }

  #indexOf(order: string): [CrmEffect, Answer] {
    const orderedAt = this.#orderedAt.get(order);
    if (orderedAt === undefined) return refused(404, `no such order: ${order}`);
    const indexed = this.#ports.now() - orderedAt >= this.#temper.indexingMs;
    return ['read', { status: 200, body: { id: order, status: indexed ? 'indexed' : 'processing' } }];
  }

  #nextId(prefix: string): string {
    const count = (this.#counts.get(prefix) ?? 0) + 1;
    this.#counts.set(prefix, count);
    return `${prefix}_${count}`;
  }
}

function refused(status: number, message: string, headers: Record<string, string> = {}): ['refused', Answer] {
  return ['refused', { status, body: { error: message }, headers }];
}

// The floor: the smallest Worker and object that verify an HMAC and keep a body. `/naive` makes one insert a request, each its own
// commit; `/grouped` lets the requests that wait share a commit, each in a savepoint.
import { DurableObject } from 'cloudflare:workers';

interface Env {
  readonly FLOOR: DurableObjectNamespace<FloorObject>;
  readonly BENCH_SECRET: string;
}

interface Waiting {
  readonly id: string;
  readonly body: string;
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

export class FloorObject extends DurableObject<Env> {
  #queue: Waiting[] = [];

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec('create table if not exists event (id text primary key, body text not null) strict');
  }

  async insert(id: string, body: string): Promise<void> {
    this.#insert(id, body);
  }

  insertGrouped(id: string, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ id, body, resolve, reject });
      if (this.#queue.length === 1) void scheduler.wait(0).then(() => this.#flush());
    });
  }

  #flush(): void {
    const batch = this.#queue;
    this.#queue = [];
    const { storage } = this.ctx;
    storage.transactionSync(() => {
      for (const { id, body, resolve, reject } of batch) {
        try {
          storage.transactionSync(() => this.#insert(id, body));
          resolve();
        } catch (fault) {
          reject(fault);
        }
      }
    });
  }

  #insert(id: string, body: string): void {
    this.ctx.storage.sql.exec('insert or ignore into event (id, body) values (?, ?)', id, body);
  }
}

const encoder = new TextEncoder();
let key: CryptoKey | undefined;

export default {
  async fetch(request, { FLOOR, BENCH_SECRET }) {
    const body = await request.arrayBuffer();
    key ??= await crypto.subtle.importKey(
      'raw',
      encoder.encode(BENCH_SECRET),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['verify'],
    );
    const digits = request.headers.get('x-signature')?.match(/../g) ?? [];
    const signature = Uint8Array.from(digits, (digit) => Number.parseInt(digit, 16));
    if (!(await crypto.subtle.verify('HMAC', key, signature, body)))
      return new Response(null, { status: 401 });
    const text = new TextDecoder().decode(body);
    const { id }: { id: string } = JSON.parse(text);
    const object = FLOOR.getByName('floor');
    if (request.url.endsWith('/naive')) await object.insert(id, text);
    else await object.insertGrouped(id, text);
    return Response.json({ id }, { status: 202 });
  },
} satisfies ExportedHandler<Env>;

// The stand-in CRM as a process of its own: the book over HTTP, its log in an append-only file, from which it knows after a
// restart what it knew before.
// Usage: node scripts/local/crm.ts --log <file> [--port 0] [--unavailable 2] [--indexing-ms 4000] [--latency-ms 0]
// The tokens that it takes come in CRM_TOKENS, with commas between. It says `{"listening":<port>}` on stdout, and ends when its stdin does.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CrmBook, type CrmLogLine, parseLog } from './crm-book.ts';

const { values } = parseArgs({
  options: {
    log: { type: 'string' },
    port: { type: 'string', default: '0' },
    unavailable: { type: 'string', default: '2' },
    'indexing-ms': { type: 'string', default: '4000' },
    'latency-ms': { type: 'string', default: '0' },
  },
});
const { log } = values;
const tokens = process.env['CRM_TOKENS'];
if (log === undefined || tokens === undefined) {
  console.error('The CRM needs --log <file> and the environment variable CRM_TOKENS.');
  process.exit(2);
}
writeFileSync(log, '', { flag: 'a' });

const temper = {
  unavailableTimes: Number(values.unavailable),
  indexingMs: Number(values['indexing-ms']),
  latencyMs: Number(values['latency-ms']),
  tokens: tokens.split(','),
};
const ports = {
  now: Date.now,
  record: (line: CrmLogLine): void => appendFileSync(log, `${JSON.stringify(line)}\n`),
};
const book = new CrmBook(temper, ports, parseLog(readFileSync(log, 'utf8')));

const server = createServer((incoming, outgoing) => {
  answer(incoming, outgoing).catch((error: unknown) => {
    console.error(error);
    outgoing.destroy();
  });
});
server.on('error', (error) => {
  console.error(`The CRM cannot listen on 127.0.0.1:${values.port}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    console.log(JSON.stringify({ listening: address.port }));
});
process.stdin.on('end', () => process.exit(0)).resume();

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.method === 'GET' && incoming.url === '/log') {
    outgoing.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).end(readFileSync(log ?? ''));
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const response = await book.answer(toRequest(incoming, Buffer.concat(chunks)));
  // Slow after the deed, as real systems are: who dies meanwhile does not know whether it was done.
  if (temper.latencyMs > 0) await sleep(temper.latencyMs);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
}

function toRequest(incoming: IncomingMessage, body: Buffer<ArrayBuffer>): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const method = incoming.method ?? 'GET';
  const withBody = method !== 'GET' && method !== 'HEAD';
  return new Request(`http://crm.invalid${incoming.url ?? '/'}`, {
    method,
    headers,
    ...(withBody ? { body } : {}),
  });
}

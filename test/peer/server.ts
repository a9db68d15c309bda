// A peer: a real HTTP server in the test runner's process, which answers as the request's URL tells it to and keeps a log.
// Workers under test reach it on 127.0.0.1; so do the tests, to read its log.
import { createServer, type IncomingMessage, type Server } from 'node:http';

export interface PeerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Paths:
 * - `/answer/{name}?status=200,503,…&retry-after=…&delay=ms`: answers the statuses in turn, the last one for ever, with
 *   `{ "name", "count" }`; a status of 0 closes the connection without an answer.
 * - `/body/{name}?bytes=N`: N bytes of text.
 * - `/echo/{name}`: the request's body and headers as JSON.
 * - `/log/{name}`: the requests that named `{name}`, as JSON, without being one itself.
 */
export function startPeer(): Promise<{ url: string; server: Server }> {
  const log = new Map<string, PeerRequest[]>();
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://peer');
      const [, action = '', name = ''] = url.pathname.split('/');
      const past = log.get(name) ?? [];
      if (action === 'log') {
        response.setHeader('content-type', 'application/json').end(JSON.stringify(past));
        return;
      }
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
      );
      past.push({ method: request.method ?? '', path: `${url.pathname}${url.search}`, headers, body });
      log.set(name, past);
      if (action === 'body') {
        response.end('x'.repeat(Number(url.searchParams.get('bytes'))));
        return;
      }
      if (action === 'echo') {
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ headers, body }));
        return;
      }
      const statuses = (url.searchParams.get('status') ?? '200').split(',').map(Number);
      const status = statuses[Math.min(past.length, statuses.length) - 1] ?? 200;
      if (status === 0) {
        response.destroy();
        return;
      }
      const retryAfter = url.searchParams.get('retry-after');
      if (retryAfter !== null && status >= 400) response.setHeader('retry-after', retryAfter);
      response.statusCode = status;
      response.setHeader('content-type', 'application/json');
      const answer = () =>
        response.end(status === 204 ? undefined : JSON.stringify({ name, count: past.length }));
      const delay = Number(url.searchParams.get('delay') ?? 0);
      if (delay === 0) return void answer();
      // One that nobody waits for any more would keep the runner from ending.
      const timer = setTimeout(answer, delay);
      response.once('close', () => clearTimeout(timer));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('the peer has no port');
      resolve({ url: `http://127.0.0.1:${address.port}`, server });
    });
  });
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

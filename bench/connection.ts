// Connection: one keep-alive HTTP/1.1 connection that asks one thing at a time. Node's own clients cost more than some of what is
// measured here, and every contender is asked by the same one.
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface Asked {
  readonly status: number;
  readonly body: string;
}

export class Connection {
  readonly #socket: Socket;
  #received = '';
  #waiting: PromiseWithResolvers<Asked> | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // One byte a character: a Content-Length counts bytes.
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#read();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  static async open(origin: string): Promise<Connection> {
    const { hostname, port } = new URL(origin);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /** Sends a request as it stands on the wire. Rejects where the connection breaks. */
  ask(text: string): Promise<Asked> {
    if (this.#waiting !== undefined)
      throw new Error('Cannot ask as the last question must be answered first');
    const waiting = Promise.withResolvers<Asked>();
    this.#waiting = waiting;
    this.#socket.write(text, 'latin1');
    return waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(): void {
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const head = this.#received.slice(0, headEnd);
    const bodyStart = headEnd + 4;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const bodyEnd = length === undefined ? this.#unmeasuredEnd(head, bodyStart) : bodyStart + Number(length);
    if (bodyEnd === undefined || this.#received.length < bodyEnd) return;
    const waiting = this.#waiting;
    const answer = { status: Number(head.slice(9, 12)), body: this.#received.slice(bodyStart, bodyEnd) };
    this.#received = '';
    this.#waiting = undefined;
    waiting?.resolve(answer);
  }

  /** Where a body without a length ends: at its last chunk (RFC 9112 section 7.1), or at once where there is none. */
  #unmeasuredEnd(head: string, bodyStart: number): number | undefined {
    if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return bodyStart;
    return this.#received.endsWith('0\r\n\r\n') ? this.#received.length : undefined;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

/** A request on the wire. */
export function request(
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = method === 'POST' ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : '';
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${length}${lines.join('')}\r\n${body}`;
}

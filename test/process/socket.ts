// Socket: a peer that writes to the service whatever bytes it likes, as no HTTP client lets one do, and hears what comes back.
import { connect, type Socket } from 'node:net';

/** What came until the service closed the connection. */
export interface Heard {
  /** Status codes of all answers, in order. */
  readonly statuses: readonly number[];
  readonly text: string;
  /** From the first byte to the close, ms. */
  readonly elapsedMs: number;
}

/** How long the service may take to close, ms: longer than it waits for a body. */
const patienceMs = 20_000;

/** Bytes of a text whose characters are bytes. */
export function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/**
 * Writes, and hears the service out until it closes the connection.
 * @param then what else is done with the socket once the bytes are written: trickle more, or hang up
 * @throws {Error} where it has not closed within 20 s
 */
export async function talk(
  url: string,
  bytes: string | Buffer,
  then: (socket: Socket) => void = () => undefined,
): Promise<Heard> {
  const { hostname, port } = new URL(url);
  const began = performance.now();
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let heard = '';
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`The service has not closed the connection; it said: ${heard.slice(0, 500)}`));
    }, patienceMs);
    socket.on('data', (data) => {
      heard += data.toString('latin1');
    });
    // A reset is a close too: the service does not read what it has refused. Where it comes while bytes are still to be written, Node
    // drops the socket with what it has not yet read, the answer too. So what must be heard has to be read to the end of what was
    // written, or to have been written at once: Linux takes some 2.5 MB of a write on loopback.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(heard);
    });
    socket.write(typeof bytes === 'string' ? latin1(bytes) : bytes);
    then(socket);
  });
  const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status));
  return { statuses, text, elapsedMs: performance.now() - began };
}

// The greeting of a child that serves: one JSON line that says on which port it listens.
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Child } from './child.ts';

/** How long a child may take until it listens, in ms: generous, as a loaded machine is slow and a hang is rare. */
const patienceMs = 30_000;

/**
 * Waits until the child has said where it listens: the line's member `member` is the port.
 * @throws {Error} with what the child said, where it ends or stays silent for 30 seconds instead.
 */
export async function hearPort(
  name: string,
  child: Child,
  stream: Readable,
  member: string,
): Promise<number> {
  const greeting = z.object({ [member]: z.int() });
  const lines = createInterface({ input: stream });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      lines.on('line', (line) => {
        const parsed = greeting.safeParse(parseLine(line));
        const port = parsed.data?.[member];
        if (port !== undefined) resolve(port);
      });
      const fail = (what: string): void => reject(new Error(`${name} ${what}:\n${child.heard().trim()}`));
      void child.ended.then(({ code, signal }) => fail(`did not start (${signal ?? `exit code ${code}`})`));
      timer = setTimeout(fail, patienceMs, `does not listen after ${patienceMs / 1000} s`);
    });
  } finally {
    clearTimeout(timer);
    lines.close();
    stream.resume();
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

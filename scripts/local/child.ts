// Children: the processes that a script starts. Each is known by its pid, and none outlives the script.
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** How much of what a child says is kept, in UTF-16 units: enough for an error and its stack. */
const heardMax = 64_000;

export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Resolves when it has ended, however it did. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it has said on stdout and stderr so far; the last 64 000 characters. */
  readonly heard: () => string;
  /** Sends a signal to this very process and waits until it is gone. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
}

/**
 * Starts a program; stdout and stderr are kept unless `options.stdio` says otherwise.
 * @throws {Error} where the program does not exist or may not be run.
 */
export async function startChild(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Child> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  // Before anything is awaited: a child that ends at once must not end unseen.
  const ended = new Promise<Awaited<Child['ended']>>((resolve) => {
    child.once('close', (code, signal) => {
      living.delete(child);
      resolve({ code, signal });
    });
  });
  let heard = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      heard = (heard + text).slice(-heardMax);
    });
  }
  living.add(child);
  try {
    await once(child, 'spawn');
  } catch (error) {
    living.delete(child);
    throw new Error(`Cannot start ${command}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`Cannot start ${command}: it has no pid`);

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return { pid, process: child, ended, heard: () => heard, end, [Symbol.asyncDispose]: () => end('SIGKILL') };
}

/** Turns the signals that end a script into an exit, so that the 'exit' hooks run: children are ended, folders removed. */
export function exitOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}

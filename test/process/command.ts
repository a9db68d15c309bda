// Command: `npx signalbox …` as a user runs it: the launcher in a process of its own.
import { fileURLToPath } from 'node:url';
import { startChild } from '../../scripts/local/child.ts';

const program = fileURLToPath(new URL('../../scripts/signalbox.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  /** What it said, on both its streams. */
  readonly heard: string;
}

export async function runCommand(...args: string[]): Promise<Ended> {
  await using child = await startChild(process.execPath, [program, ...args], {
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  const { code } = await child.ended;
  return { code, heard: child.heard() };
}

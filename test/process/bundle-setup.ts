// Builds the Worker once for all process tests, as a deployment would.
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Bundle, buildBundle } from '../../scripts/local/bundle.ts';
import { makeTempFolder } from '../../scripts/local/temp-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly bundle: Bundle;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = makeTempFolder();
  project.provide('bundle', await buildBundle(join(folder.path, 'bundle')));
  return () => folder[Symbol.dispose]();
}

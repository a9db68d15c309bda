// Build: makes the benchmark's Workers as `wrangler deploy` would upload them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder, wranglerProgram, type Bundle } from '../scripts/local/bundle.ts';
import { startChild } from '../scripts/local/child.ts';

/** As in wrangler.toml. */
const compatibilityDate = '2026-08-01';
const compatibilityFlags = ['nodejs_compat'];

/**
 * Builds `bench/worker/{name}.ts` into `folder`.
 * @throws {Error} with what wrangler said, where it does not build.
 */
export async function buildWorker(name: string, folder: string, objects: Bundle['objects']): Promise<Bundle> {
  const source = fileURLToPath(new URL(`worker/${name}.ts`, import.meta.url));
  // A configuration of its own: wrangler would find the project's, whose Worker is another.
  const config = join(folder, `${name}.json`);
  writeFileSync(
    config,
    JSON.stringify({
      name,
      main: source,
      compatibility_date: compatibilityDate,
      compatibility_flags: compatibilityFlags,
      // As in wrangler.toml, and for every contender that is built here.
      keep_names: false,
    }),
  );
  await dryRun(folder, folder, ['--config', config]);
  return {
    file: join(folder, `${name}.js`),
    compatibilityDate,
    compatibilityFlags,
    objects,
    vars: {},
  };
}

/**
 * The shipped Worker's one file, minified, in `folder`.
 * @throws {Error} with what wrangler said, where it does not build.
 */
export async function buildMinified(folder: string): Promise<string> {
  await dryRun(projectFolder, folder, ['--env=', '--minify']);
  return join(folder, 'index.js');
}

async function dryRun(cwd: string, folder: string, more: readonly string[]): Promise<void> {
  const args = [wranglerProgram, 'deploy', '--dry-run', '--outdir', folder, ...more];
  await using build = await startChild(process.execPath, args, {
    cwd,
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_LOG_PATH: join(folder, 'logs'),
      NO_COLOR: '1',
    },
  });
  build.process.stdin?.end();
  const { code } = await build.ended;
  if (code !== 0) throw new Error(`wrangler could not build:\n${build.heard()}`);
}

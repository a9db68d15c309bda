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

/**
 * What `wrangler check startup` says of the shipped Worker. It needs no network; the Worker wants its secrets, which go along as
 * plain configuration.
 * @throws {Error} with what wrangler said, where the Worker does not start.
 */
export async function checkStartUp(
  folder: string,
  secrets: Readonly<Record<string, string>>,
): Promise<string> {
  const vars = Object.entries(secrets).map(([name, value]) => `--var ${name}:${value}`);
  const profile = join(folder, 'start-up.cpuprofile');
  const args = `--args=--env= ${vars.join(' ')}`;
  return runWrangler(projectFolder, folder, ['check', 'startup', '--outfile', profile, args]);
}

async function dryRun(cwd: string, folder: string, more: readonly string[]): Promise<void> {
  await runWrangler(cwd, folder, ['deploy', '--dry-run', '--outdir', folder, ...more]);
}

async function runWrangler(cwd: string, folder: string, args: readonly string[]): Promise<string> {
  await using child = await startChild(process.execPath, [wranglerProgram, ...args], {
    cwd,
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_LOG_PATH: join(folder, 'logs'),
      NO_COLOR: '1',
    },
  });
  child.process.stdin?.end();
  const { code } = await child.ended;
  if (code !== 0) throw new Error(`wrangler ${args[0]} failed:\n${child.heard()}`);
  return child.heard();
}

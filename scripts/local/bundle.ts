// The bundle: what `wrangler deploy` would upload, made by wrangler itself and read from wrangler.toml alone.
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unstable_readConfig as readConfig } from 'wrangler';
import { z } from 'zod';
import { startChild } from './child.ts';

/** The root of the project: where wrangler.toml lies. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** A built Worker with what plain workerd needs to know to serve it. */
export interface Bundle {
  /** The one ES module of the Worker. */
  readonly file: string;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly objects: readonly { readonly binding: string; readonly className: string }[];
  /** Plain configuration: `[vars]` of wrangler.toml. */
  readonly vars: Readonly<Record<string, string>>;
}

/** The objects' bindings of wrangler.toml; wrangler's own type of them needs a package that it does not bring. */
const bindingsSchema = z.array(
  z
    .object({ name: z.string(), class_name: z.string() })
    .transform(({ name, class_name: className }) => ({ binding: name, className })),
);

/** The file that runs wrangler, for this Node. */
export const wranglerProgram = join(
  createRequire(import.meta.url).resolve('wrangler/package.json'),
  '../bin/wrangler.js',
);

/** Settings that keep wrangler from phoning home and from leaving logs outside `folder`. */
function quietWrangler(folder: string): Record<string, string> {
  return {
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_LOG_PATH: join(folder, 'wrangler-logs'),
    NO_COLOR: '1',
    FORCE_COLOR: '0',
  };
}

/**
 * Builds the Worker into `folder`.
 * @param entry its main module, relative to the project: another than wrangler.toml's has the same objects
 * @throws {Error} with what wrangler said, where it does not build.
 */
export async function buildBundle(folder: string, entry?: string): Promise<Bundle> {
  const config = readConfig({ config: join(projectFolder, 'wrangler.toml') });
  const args = [wranglerProgram, 'deploy', '--dry-run', '--outdir', folder, '--env='];
  if (entry !== undefined) args.push(entry);
  const build = await startChild(process.execPath, args, {
    cwd: projectFolder,
    env: { ...process.env, ...quietWrangler(folder) },
  });
  build.process.stdin?.end();
  const { code } = await build.ended;
  if (code !== 0)
    throw new Error(`wrangler could not build the Worker (exit code ${code}):\n${build.heard().trim()}`);

  const vars = Object.entries(config.vars).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return {
    file: join(folder, `${basename(entry ?? 'index.ts', '.ts')}.js`),
    compatibilityDate: config.compatibility_date ?? '',
    compatibilityFlags: config.compatibility_flags,
    objects: bindingsSchema.parse(config.durable_objects.bindings),
    vars: Object.fromEntries(vars),
  };
}

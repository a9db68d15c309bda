// Providers table: writes docs/providers.md from the catalogue. `node scripts/providers-table.ts`; with `--check` it only compares.
import { readFile, writeFile } from 'node:fs/promises';

/** What is used of two modules that are typed for the Workers runtime, not for Node. */
interface Catalogue {
  readonly providers: Readonly<Record<string, unknown>>;
}
interface Table {
  readonly providersTable: (providers: readonly unknown[]) => string;
}

const [{ providers }, { providersTable }]: [Catalogue, Table] = await Promise.all([
  import(new URL('../src/webhooks/index.ts', import.meta.url).href),
  import(new URL('../src/webhooks/table.ts', import.meta.url).href),
]);

const path = new URL('../docs/providers.md', import.meta.url);
const text = providersTable(Object.values(providers));

if (process.argv.includes('--check')) {
  const written = await readFile(path, 'utf8').catch(() => '');
  if (written !== text) {
    console.error('docs/providers.md is not current: run node scripts/providers-table.ts');
    process.exitCode = 1;
  }
} else {
  await writeFile(path, text);
}

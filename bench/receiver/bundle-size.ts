// Bundle size: of what `wrangler deploy` uploads, gzipped as the platform counts it, and of the same minified.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bundle } from '../../scripts/local/bundle.ts';
import { buildMinified } from '../build.ts';
import type { Finding } from '../part.ts';

export async function measureBundleSize(folder: string, shipped: Bundle): Promise<Finding> {
  const [uploaded, minified] = [
    gzippedKib(shipped.file),
    gzippedKib(await buildMinified(join(folder, 'minified'))),
  ];
  return {
    what: 'bundle, gzipped',
    numbers: `${uploaded.toFixed(0)} KiB as it is uploaded; ${minified.toFixed(0)} KiB minified`,
    measured: uploaded,
    unit: 'KiB',
    bar: { most: 1_024 },
  };
}

function gzippedKib(file: string): number {
  return gzipSync(readFileSync(file), { level: 9 }).byteLength / 1_024;
}

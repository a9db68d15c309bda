// The bundle that a deployment uploads: its size, and what it must not have in it.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, inject, it } from 'vitest';

/** A third of what the platform takes on its free plan (Cloudflare, Workers limits, 2026): the less, the sooner a new isolate answers. */
const gzippedBytesMax = 1_048_576;

const { file } = inject('bundle');
const code = readFileSync(file);

it('is less than 1 MiB gzipped, as it is uploaded', () => {
  expect(gzipSync(code, { level: 9 }).byteLength).toBeLessThan(gzippedBytesMax);
});

it('has no simulator in it, which signs as any vendor does', () => {
  expect(code.includes('src/webhooks/verify.ts')).toBe(true);
  expect(code.includes('src/webhooks/simulator/')).toBe(false);
});

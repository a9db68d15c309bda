// Receiver: what proving a delivery genuine costs, how large the bundle is, and how soon it answers once it is started.
import { join } from 'node:path';
import { buildBundle } from '../../scripts/local/bundle.ts';
import type { Part } from '../part.ts';
import { measureBundleSize } from '../receiver/bundle-size.ts';
import { measureStartUp } from '../receiver/start-up.ts';
import { measureVerification } from '../receiver/verification.ts';

export const receiver: Part = async ({ folder, say }) => {
  const verification = await measureVerification(folder, say);
  say('bundle and start-up');
  const shipped = await buildBundle(join(folder, 'shipped'));
  return [...verification, await measureBundleSize(folder, shipped), await measureStartUp(folder, shipped)];
};

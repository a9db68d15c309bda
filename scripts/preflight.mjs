// Before a script runs: is this a Node that can read it, and are the packages there? Plain JavaScript, so that any Node can say no.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  stop(
    `This needs Node 22.18 or newer, and found ${process.versions.node}. \`npm ci\` brings Node 24 along: run this through npm.`,
  );
}
if (!existsSync(new URL('../node_modules/wrangler/package.json', import.meta.url))) {
  stop('The packages are not installed: run `npm ci` first.');
}

/** @param {string} reason */
function stop(reason) {
  console.error(reason);
  process.exit(1);
}

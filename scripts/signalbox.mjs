#!/usr/bin/env node
// `npx signalbox …`: runs scripts/signalbox.ts with a Node that can read it: this one, or the one that `npm ci` brought along.
// Plain JavaScript, so that any Node can start it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const program = new URL('./signalbox.ts', import.meta.url);

if (major > 22 || (major === 22 && minor >= 18)) {
  await import(program.href);
} else {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folder = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const node = fileURLToPath(new URL(`../node_modules/${folder}/bin/${name}`, import.meta.url));
  if (existsSync(node)) {
    const { status } = spawnSync(node, [fileURLToPath(program), ...process.argv.slice(2)], {
      stdio: 'inherit',
    });
    process.exitCode = status ?? 1;
  } else {
    console.error(
      `This needs Node 22.18 or newer, and found ${process.versions.node}. \`npm ci\` brings Node 24 along, except on Apple silicon: install a newer Node there.`,
    );
    process.exitCode = 1;
  }
}

// `npm run bench [-- part …]`: measures the built service against others in one run, and prints a table of ratios. README.md beside
// this file has the last results.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitOnSignals } from '../scripts/local/child.ts';
import { startCloudflareWorkflow } from './contender/cloudflare-workflow.ts';
import { startRestate } from './contender/restate.ts';
import { startFloor } from './contender/floor.ts';
import { buildSignalbox, startSignalbox } from './contender/signalbox.ts';
import { type Finding, isMet, type Part } from './part.ts';
import { accept } from './part/accept.ts';
import { growth } from './part/growth.ts';
import { idle } from './part/idle.ts';
import { memory } from './part/memory.ts';
import { million } from './part/million.ts';
import { receiver } from './part/receiver.ts';
import { status } from './part/status.ts';
import { sustained } from './part/sustained.ts';

const parts: Readonly<Record<string, Part>> = {
  accept,
  idle,
  sustained,
  status,
  growth,
  million,
  memory,
  receiver,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`Cannot measure ${unknown.join(', ')} as the parts are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

exitOnSignals();
const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
/** Where `@restatedev/restate-server` and `-sdk` are installed, if they are. */
const { BENCH_RESTATE: restateFolder } = process.env;
const findings: Finding[] = [];
{
  const bundle = await buildSignalbox(folder);
  let services = 0;
  const another = async () => {
    services += 1;
    return startSignalbox(bundle, join(folder, `signalbox-${services}`));
  };
  await using signalbox = await another();
  await using floor = await startFloor(folder);
  await using cloudflare = await startCloudflareWorkflow(folder);
  await using restate =
    restateFolder === undefined ? undefined : await startRestate(restateFolder, join(folder, 'restate'));
  const say = (text: string) => console.error(`… ${text}`);
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    findings.push(...(await part({ signalbox, floor, cloudflare, restate, another, folder, say })));
  }
}

const [processor] = cpus();
console.log(
  `\n${new Date().toISOString().slice(0, 10)} · ${cpus().length} × ${processor?.model ?? 'unknown'} · Node ${process.version}\n`,
);
console.log('| measure | measured | bar | met | numbers |\n| --- | --- | --- | --- | --- |');
for (const finding of findings) console.log(row(finding));
process.exit(0);

function row(finding: Finding): string {
  const { what, numbers, measured, unit, bar } = finding;
  const counted = (number: number) => `${number.toFixed(2)}${unit === undefined ? '' : ` ${unit}`}`;
  const met = isMet(finding);
  const cells = [
    what,
    measured === undefined ? '' : counted(measured),
    bar === undefined ? '' : 'least' in bar ? `≥ ${counted(bar.least)}` : `≤ ${counted(bar.most)}`,
    met === undefined ? '' : met ? 'yes' : 'no',
    numbers,
  ];
  return `| ${cells.join(' | ')} |`;
}

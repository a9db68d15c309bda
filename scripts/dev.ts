// Development: the Worker under `wrangler dev` with the stand-in CRM beside it, and the curl lines to try them. `npm run dev`.
// Makes .dev.vars where it is missing. Ctrl-C ends both; storage stays in .wrangler/, the CRM's log in .signalbox/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bold, say, tint } from './demo/terminal.ts';
import { projectFolder, wranglerProgram } from './local/bundle.ts';
import { type Child, startChild } from './local/child.ts';
import { standInVars, startCrm } from './local/crm-process.ts';
import { isPortFree } from './local/port.ts';
import { keepSecrets, pickSecret, type Secrets } from './local/secret.ts';
import { makeOrderDelivery } from './local/shopify.ts';

/** How long wrangler may take until the Worker answers, in ms. */
const patienceMs = 60_000;

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8787' }, 'crm-port': { type: 'string', default: '8788' } },
});
const port = Number(values.port);
const crmPort = Number(values['crm-port']);

try {
  await dev();
} catch (error) {
  say(`${tint('bad', '✘')}  ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
process.exit();

async function dev(): Promise<void> {
  for (const [name, wanted, flag] of [
    ['Signalbox', port, '--port'],
    ['the stand-in CRM', crmPort, '--crm-port'],
  ] as const) {
    if (await isPortFree(wanted)) continue;
    throw new Error(
      `Port ${wanted} for ${name} is taken on 127.0.0.1: end what listens there, or choose another with \`npm run dev -- ${flag} <port>\`.`,
    );
  }
  const { secrets, added } = keepSecrets();
  if (added.length > 0) say(`Made ${added.join(', ')} in .dev.vars: random values for this machine alone.`);

  const folder = join(projectFolder, '.signalbox');
  mkdirSync(folder, { recursive: true });
  const crm = await startCrm({
    log: join(folder, 'crm.jsonl'),
    tokens: ['CRM_TOKEN', 'ONBOARDING_TOKEN'].map((name) => pickSecret(secrets, name)),
    port: crmPort,
  });
  const url = `http://127.0.0.1:${port}`;
  const vars = Object.entries(standInVars(crm.url)).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  const args = [wranglerProgram, 'dev', '--ip=127.0.0.1', `--port=${port}`, '--env=', ...vars];
  const wrangler = await startChild(process.execPath, args, {
    cwd: projectFolder,
    stdio: 'inherit',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  let isAsked = false;
  // wrangler ends its own workerd when it is asked to; a SIGKILL would leave that behind. So the signals are passed on, and awaited.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isAsked = true;
      wrangler.process.kill('SIGTERM');
    });
  }
  if (await answers(`${url}/healthz`, wrangler)) sayLines(url, crm.url, secrets, folder);
  const { code } = await wrangler.ended;
  await crm.child.end('SIGTERM');
  process.exitCode = isAsked ? 0 : (code ?? 0);
}

/** Waits until the Worker answers; false where wrangler ended before. */
async function answers(url: string, wrangler: Child): Promise<boolean> {
  const ended = wrangler.ended.then(() => true);
  for (let waited = 0; waited < patienceMs; waited += 250) {
    try {
      if ((await fetch(url)).ok) return true;
    } catch {
      // Not listening yet.
    }
    if (await Promise.race([ended, sleep(250, false)])) return false;
  }
  throw new Error(
    `The Worker does not answer at ${url} after ${patienceMs / 1000} s; wrangler's words are above.`,
  );
}

function sayLines(url: string, crmUrl: string, secrets: Secrets, folder: string): void {
  const { headers, body } = makeOrderDelivery(pickSecret(secrets, 'SHOPIFY_WEBHOOK_SECRET'));
  const file = join(folder, 'order.json');
  writeFileSync(file, body);
  const key = pickSecret(secrets, 'SIGNALBOX_ROOT_KEY');
  say();
  say(bold('Deliver a Shopify order (again: the same execution; a changed byte: 401)'));
  say(`curl -i ${url}/v1/hooks/shopify-orders \\`);
  for (const name of ['Content-Type', 'X-Shopify-Topic', 'X-Shopify-Event-Id', 'X-Shopify-Hmac-Sha256']) {
    say(`  -H '${name}: ${headers[name] ?? ''}' \\`);
  }
  say(`  --data-binary @${relative(process.cwd(), file)}`);
  say();
  say(bold('Follow it: the path is in Location'));
  say(`curl -i '${url}/v1/executions/<id>' -H 'Prefer: wait=10' -H 'Authorization: Bearer ${key}'`);
  say();
  say(bold('What the CRM saw'));
  say(`curl ${crmUrl}/log`);
  say();
}

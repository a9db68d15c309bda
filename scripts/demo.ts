// The demo: a signed Shopify order goes in, its workflow talks to a flaky CRM, and the service is killed on the way.
// `npm run demo`. Ends with exit code 0 where the order arrived exactly once, with 1 and the reason where it did not.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sayLog, proveOnce } from './demo/proof.ts';
import { bold, heading, say, tint } from './demo/terminal.ts';
import { seconds } from './demo/timeline.ts';
import { watchExecution } from './demo/watch.ts';
import { buildBundle } from './local/bundle.ts';
import { exitOnSignals } from './local/child.ts';
import { deliver, deliveredSchema, type Delivery } from './local/client.ts';
import { standInVars, startCrm } from './local/crm-process.ts';
import { makeSecrets, pickSecret } from './local/secret.ts';
import { startService } from './local/service.ts';
import { makeOrderDelivery } from './local/shopify.ts';
import { makeTempFolder } from './local/temp-folder.ts';

/** How long the service stays dead, in ms: long enough to be seen. */
const deadMs = 1_500;
/** How long the CRM takes to answer after it did what it was asked, in ms: the window in which an answer can be lost. */
const latencyMs = 250;
const indexingMs = 4_000;

/** What the service has said on its console: shown where the demo fails. */
let heard = (): string => '';

exitOnSignals();
try {
  await demo();
} catch (error) {
  say();
  say(`${tint('bad', '✘')}  ${error instanceof Error ? error.message : String(error)}`);
  const words = heard().trim();
  if (words !== '') say(tint('dim', `What the service said:\n${words}`));
  process.exitCode = 1;
}
process.exit();

async function demo(): Promise<void> {
  const began = Date.now();
  say();
  say(
    `${bold('Signalbox')} · a Shopify order goes in, a flaky CRM takes it, and the service is killed on the way`,
  );
  const { path: folder } = makeTempFolder();
  const secrets = makeSecrets();

  heading(1, 'Everything runs on this machine');
  const bundle = await buildBundle(join(folder, 'bundle'));
  fact('built', `the Worker, as \`wrangler deploy\` would upload it (${seconds(Date.now() - began)})`);
  const crm = await startCrm({
    log: join(folder, 'crm.log'),
    tokens: [pickSecret(secrets, 'CRM_TOKEN')],
    latencyMs,
    indexingMs,
  });
  fact(
    'CRM',
    `${crm.url}, process ${crm.child.pid}: answers 503 twice, then works, then indexes for ${indexingMs / 1000} s`,
  );
  const start = (port: number) =>
    startService(bundle, {
      storage: join(folder, 'objects'),
      bindings: { ...secrets, ...standInVars(crm.url) },
      port,
    });
  let service = await start(0);
  heard = () => service.heard();
  fact('Signalbox', `${service.url}, process ${service.pid}: workerd, Durable Objects on disk`);

  heading(2, 'Shopify delivers an order, signed');
  const delivery = makeOrderDelivery(pickSecret(secrets, 'SHOPIFY_WEBHOOK_SECRET'));
  sayRequest(delivery);
  const accepted = await deliverOrder(service.url, delivery);
  const path = accepted.location;
  const forged = await deliver(service.url, 'shopify-orders', {
    ...delivery,
    body: delivery.body.replace('118.39', '0.39'),
  });
  say(`   ${tint('dim', `the same order for 0.39 EUR, with that signature: ${forged.status}`)}`);
  if (forged.status !== 401)
    throw new Error(`A forged delivery was answered ${forged.status} instead of 401.`);

  heading(3, `GET ${path}`);
  const execution = await watchExecution({
    path,
    rootKey: pickSecret(secrets, 'SIGNALBOX_ROOT_KEY'),
    service: () => service.url,
    // The cruellest moment: the CRM has made the order, and its answer is still on the way.
    isKillDue: () => crm.log().some(({ effect, path: at }) => effect === 'created' && at === '/orders'),
    crash: async () => {
      await service.kill();
      await sleep(deadMs);
      service = await start(service.port);
    },
  });

  heading(4, "The CRM's own log");
  sayLog(crm.log(), Date.parse(execution.createdAt));
  const again = await deliverOrder(service.url, delivery);
  say();
  const proof = proveOnce(execution, crm.log());
  for (const sentence of proof) say(`   ${tint('good', '✔')} ${sentence}`);
  if (again.location !== path || !again.duplicate)
    throw new Error('The same delivery started something new.');
  say(
    `   ${tint('good', '✔')} Shopify's repeat of the delivery was answered with the same execution, as a duplicate.`,
  );

  say();
  say(
    `${tint('good', '✔')}  ${bold('One event, one execution, one order')}, in ${seconds(Date.now() - began)} and through a SIGKILL.`,
  );
  say(`   Keep it running, with curl lines to try: ${bold('npm run dev')}`);
}

async function deliverOrder(
  url: string,
  delivery: Delivery,
): Promise<{ location: string; duplicate: boolean }> {
  const began = performance.now();
  const response = await deliver(url, 'shopify-orders', delivery);
  const text = await response.text();
  const location = response.headers.get('Location');
  if (response.status !== 202 || location === null) {
    throw new Error(`The order was answered ${response.status} instead of 202: ${text}`);
  }
  const { duplicate = false } = deliveredSchema.parse(JSON.parse(text));
  if (!duplicate) {
    say(
      `   ${tint('good', '←')} ${bold(`${response.status} Accepted`)} ${tint('dim', `after ${Math.round(performance.now() - began)} ms`)}`,
    );
    say(`     Location: ${location}`);
  }
  return { location, duplicate };
}

function sayRequest({ headers, body }: Delivery): void {
  say(`   ${tint('busy', '→')} ${bold('POST /v1/hooks/shopify-orders')}`);
  for (const name of ['X-Shopify-Topic', 'X-Shopify-Event-Id', 'X-Shopify-Hmac-Sha256']) {
    say(`     ${name}: ${headers[name] ?? ''}`);
  }
  say(`     ${tint('dim', `order #1001, 3 items, 118.39 EUR: ${body.length} bytes of JSON`)}`);
}

function fact(name: string, text: string): void {
  say(`   ${name.padEnd(10)} ${tint('dim', text)}`);
}

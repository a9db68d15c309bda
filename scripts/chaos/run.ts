// Run: the vendor sells, the service is killed again and again and the CRM now and then; then there is quiet, and everyone is asked
// what happened.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bundle } from '../local/bundle.ts';
import { makeSecrets, pickSecret } from '../local/secret.ts';
import { makeTempFolder } from '../local/temp-folder.ts';
import { Box } from './box.ts';
import type { Evidence, Kill } from './evidence.ts';
import { Random } from './random.ts';
import { awaitFinal, listIds, readAll } from './reader.ts';
import { Vendor } from './vendor.ts';

/** How long a killed process stays dead before it is started again, in ms, at most. */
export const deadMaxMs = 600;
/** The share of kills that wait for a delivery and come within `aimedMs` of it: between its commit and its 2xx, now and then. */
const aimedShare = 0.5;
const aimedMs = 10;
/** How long the CRM lives, in ms: long enough for a circuit breaker that its death opened to close again. */
const crmLifeMs = [12_000, 20_000] as const;
/** How long what was accepted may take to become final after the load, in ms. */
const settleMs = 120_000;

export interface ChaosOptions {
  readonly bundle: Bundle;
  readonly seed: number;
  /** How long the load and the kills last. */
  readonly seconds: number;
  /** New events a second. */
  readonly rate: number;
  /** Connections of the vendor; default 12. */
  readonly connections?: number;
  /** The shortest and the longest that the service lives between two kills, in ms; default 1 to 5 seconds. */
  readonly lifeMs?: readonly [min: number, max: number];
  /** Times that the CRM refuses each order with a 503 before it takes it; default 0. */
  readonly refusals?: number;
  /** Kills that there are in any case: a slow machine may not come to them in time; default 0. */
  readonly killsMin?: number;
  /** Hears what goes on. */
  readonly note?: (sentence: string) => void;
}

/**
 * Runs it on this machine's loopback, in a folder that is gone afterwards.
 * @throws {Error} where it could not be run: a process that does not start, an API that answers what it must not.
 */
export async function runChaos(options: ChaosOptions): Promise<Evidence> {
  const { bundle, seed, seconds, rate, connections = 12, refusals = 0, note = () => {} } = options;
  using folder = makeTempFolder();
  const secrets = makeSecrets();
  await using box = await Box.open({ bundle, folder: folder.path, secrets, refusals });
  const vendor = new Vendor({
    secret: pickSecret(secrets, 'SHOPIFY_WEBHOOK_SECRET'),
    rate,
    seconds,
    connections,
    random: new Random(seed, 1),
    url: () => box.url,
  });
  const end = Date.now() + seconds * 1_000;
  const [kills, crmKills] = await Promise.all([
    strikeService(box, vendor, end, options),
    strikeCrm(box, end, options),
    vendor.sell(),
  ]);
  const acknowledged = new Set(
    vendor.orders.flatMap(({ acks }) => acks.flatMap(({ executionId }) => executionId ?? [])),
  );
  note(`quiet: ${acknowledged.size} executions were acknowledged, now they have to end`);

  const api = { url: box.url, rootKey: pickSecret(secrets, 'SIGNALBOX_ROOT_KEY') };
  const open = await awaitFinal(api, [...acknowledged], settleMs);
  if (open.length > 0) note(`${open.length} executions are not final after ${settleMs / 1_000} s`);
  // What is read after one more kill is what is on the disk, not what a living object remembers.
  await box.kill();
  await box.start();
  const executions = await readAll(api, await listIds(api));
  return { orders: vendor.orders, answers: vendor.answers, kills, crmKills, executions, log: box.log() };
}

/** Kills the service at random moments until `end` (ms since the epoch), and `killsMin` times. */
async function strikeService(
  box: Box,
  vendor: Vendor,
  end: number,
  { seed, lifeMs: [min, max] = [1_000, 5_000], killsMin = 0, note = () => {} }: ChaosOptions,
): Promise<Kill[]> {
  const random = new Random(seed, 2);
  const kills: Kill[] = [];
  for (;;) {
    const life = random.between(min, max);
    if (Date.now() + life >= end && kills.length >= killsMin) return kills;
    await sleep(life);
    if (random.isOneOf(aimedShare)) {
      await Promise.race([vendor.nextSend(), sleep(min)]);
      await sleep(random.between(0, aimedMs));
    }
    const at = Date.now();
    await box.kill();
    await sleep(random.between(0, deadMaxMs));
    // Whoever looks whether the port is free listens on it for a moment, and would swallow a delivery.
    await vendor.hold();
    const startedAt = Date.now();
    await box.start();
    vendor.release();
    const listeningAt = Date.now();
    kills.push({ at, startedAt, listeningAt });
    note(`kill ${kills.length}: had lived ${life} ms, listens again after ${listeningAt - at} ms`);
  }
}

/** Kills the CRM at random moments until `end` (ms since the epoch); returns how often. */
async function strikeCrm(box: Box, end: number, { seed, note = () => {} }: ChaosOptions): Promise<number> {
  const random = new Random(seed, 3);
  let kills = 0;
  for (
    let life = random.between(...crmLifeMs);
    Date.now() + life < end;
    life = random.between(...crmLifeMs)
  ) {
    await sleep(life);
    await box.killCrm();
    await sleep(random.between(0, deadMaxMs));
    await box.startCrm();
    kills += 1;
    note(`the CRM was killed, and is back`);
  }
  return kills;
}

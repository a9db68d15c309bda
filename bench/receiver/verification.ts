// Verification: the processor time that it adds to a delivery, of 1 KiB, 64 KiB and 1 MiB.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startService } from '../../scripts/local/service.ts';
import { buildWorker } from '../build.ts';
import { Connection } from '../connection.ts';
import { type Finding, inRounds } from '../part.ts';
import { processorMs, tellsProcessorTime } from '../processor-time.ts';
import { median, spread } from '../statistic.ts';
import { type MeasuredVendor, measuredVendors } from './delivery.ts';

/** Requests of one measurement: some 0.3 s of processor time, thirty times what the system's clock of it can tell apart. */
const sizes = [
  { name: '1 KiB', bytes: 1_024, count: 1_000, most: 1 },
  { name: '64 KiB', bytes: 65_536, count: 200, most: undefined },
  { name: '1 MiB', bytes: 1_048_576, count: 30, most: 5 },
] as const;

const rounds = 5;

/** The longest that one measurement goes on, ms: a slower machine makes fewer requests. */
const measureMsMax = 5_000;

type Step = 'read' | 'verify' | 'understand';

export async function measureVerification(
  folder: string,
  say: (text: string) => void,
): Promise<readonly Finding[]> {
  const vendors = await measuredVendors();
  const bundle = await buildWorker('receiver', folder, []);
  const storage = join(folder, 'receiver');
  const secrets = Object.fromEntries(vendors.map(({ id, secret }) => [id, secret]));
  await using service = await startService(bundle, {
    storage,
    bindings: { BENCH_SECRETS: JSON.stringify(secrets) },
  });
  const findings: Finding[] = [];
  for (const { name: size, bytes, count, most } of sizes) {
    say(`verification, ${size}`);
    for (const vendor of vendors) {
      const measure = (step: Step) => async () => msOfEach(service, vendor, step, bytes, count);
      const { read, verify, understand } = await inRounds(rounds, {
        read: measure('read'),
        verify: measure('verify'),
        understand: measure('understand'),
      });
      const added = verify.map((ms, round) => ms - (read[round] ?? Number.NaN));
      const reading = understand.map((ms, round) => ms - (verify[round] ?? Number.NaN));
      findings.push({
        what: `verification of ${size}, ${vendor.name}, adds`,
        numbers: `${spread(added, 3)} ms; reading its events ${spread(reading, 3)} ms; the body alone ${spread(read, 3)} ms`,
        measured: median(added),
        unit: 'ms',
        ...(most === undefined || !vendor.isHmac ? {} : { bar: { most } }),
      });
    }
  }
  if (!tellsProcessorTime) say('this system tells no processor time: these are the wall clock’s');
  rmSync(storage, { recursive: true, force: true });
  return findings;
}

/** Processor time of the service for one request, ms; the requests come one after the other. */
async function msOfEach(
  { url, pid }: { readonly url: string; readonly pid: number },
  vendor: MeasuredVendor,
  step: Step,
  bodyBytes: number,
  countMax: number,
): Promise<number> {
  const text = await vendor.request(step, bodyBytes);
  const connection = await Connection.open(url);
  const until = performance.now() + measureMsMax;
  const before = processorMs(pid);
  let count = 0;
  while (count < countMax && performance.now() < until) {
    const { status, body } = await connection.ask(text);
    if (status !== 204) throw new Error(`${vendor.name} was not found genuine: ${status} ${body}`);
    count += 1;
  }
  const after = processorMs(pid);
  connection.close();
  return (after - before) / count;
}

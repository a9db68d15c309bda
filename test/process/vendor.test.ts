// The ten most used vendors, each played by `npx signalbox send` against the real service: taken when genuine, refused when forged.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundle } from '../../scripts/local/bundle.ts';
import { makeSecrets } from '../../scripts/local/secret.ts';
import { startService, type Service } from '../../scripts/local/service.ts';
import { makeTempFolder } from '../../scripts/local/temp-folder.ts';
import { vendorIds, vendorSecretName, type VendorId } from '../fixture/vendor.ts';
import { runCommand } from './command.ts';

interface Vendor {
  readonly event: string;
  /** The vendor wants another answer than 202. */
  readonly answer?: string;
  /** What it signs, and so what can be told. */
  readonly tamperings: readonly ('body' | 'signature' | 'timestamp' | 'secret')[];
  /** It signs with a key of its own, which `npx signalbox key` stands in for. */
  readonly hasKey?: true;
}

const timeless = ['body', 'signature', 'secret'] as const;
const timed = ['body', 'signature', 'timestamp', 'secret'] as const;

const vendors: Readonly<Record<VendorId, Vendor>> = {
  stripe: { event: 'invoice.paid', tamperings: timed },
  shopify: { event: 'orders/create', tamperings: timeless },
  github: { event: 'pull_request', tamperings: timeless },
  slack: { event: 'event_callback', tamperings: timed },
  twilio: { event: 'sms', answer: '200 OK', tamperings: timeless },
  hubspot: { event: 'contact.creation', tamperings: timed },
  paypal: { event: 'PAYMENT.CAPTURE.COMPLETED', tamperings: timeless, hasKey: true },
  square: { event: 'payment.created', tamperings: timeless },
  zoom: { event: 'meeting.started', tamperings: timed },
  discord: { event: 'APPLICATION_AUTHORIZED', answer: '204 No Content', tamperings: timed, hasKey: true },
};

const folder = makeTempFolder();
const keyFile = (id: VendorId) => join(folder.path, `${id}.pem`);
const secrets: Record<string, string> = {};
let service: Service;

beforeAll(async () => {
  for (const id of vendorIds)
    secrets[id] = vendors[id].hasKey === true ? await makeKey(id) : `fake-${id}-secret`;
  const bundle = await buildBundle(join(folder.path, 'bundle'), 'test/fixture/vendor-worker.ts');
  const named = vendorIds.map((id) => [vendorSecretName(id), secrets[id] ?? '']);
  service = await startService(bundle, {
    storage: join(folder.path, 'objects'),
    bindings: { ...makeSecrets(), ...Object.fromEntries(named) },
  });
}, 120_000);
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function makeKey(id: VendorId): Promise<string> {
  const { heard } = await runCommand('key', id, keyFile(id));
  return /^'(.+)'$/ms.exec(heard)?.[1] ?? '';
}

async function send(id: VendorId, ...more: string[]) {
  const keys = vendors[id].hasKey === true ? ['--private-key', keyFile(id)] : [];
  const { event } = vendors[id];
  const to = ['--url', service.url, '--source', id, '--secret', secrets[id] ?? ''];
  return runCommand('send', id, event, ...to, ...keys, ...more);
}

describe.each(vendorIds)('%s', (id) => {
  const { answer = '202 Accepted', tamperings } = vendors[id];

  it('is taken', async () => {
    const { code, heard } = await send(id);
    expect(heard).toContain(answer);
    expect(code).toBe(0);
  });

  it('is refused, whatever is forged', async () => {
    const forged = await Promise.all(tamperings.map(async (what) => send(id, '--tamper', what)));
    expect(forged.map(({ code, heard }) => [code, /^\d{3} .*(?= in )/m.exec(heard)?.[0]])).toEqual(
      tamperings.map(() => [1, '401 Unauthorized']),
    );
  });
});

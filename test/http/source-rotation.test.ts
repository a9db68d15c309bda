// The rotation of a source's secret: both are good while they overlap, and the old one is not after its end.
import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sourceSchema } from '../../src/core/source.ts';
import { sourceDetailSchema } from '../../src/http/routes/source.ts';
import { deliveryDetailSchema, deliveryListSchema } from '../../src/http/shown-delivery.ts';
import { steps } from '../fixture/workflow.ts';
import { boxOf, signed } from './box.ts';

const oldSecret = 'fake-other-secret-0123';
const end = Date.UTC(2026, 11, 31);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(end - 1_000);
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

function makeBox() {
  const box = boxOf({
    sources: [
      {
        name: 'shop',
        provider: 'github',
        secrets: ['SHOP_SECRET', { name: 'OTHER_SECRET', until: '2026-12-31T00:00:00Z' }],
      },
    ],
    listeners: [[steps, { source: 'shop', map: () => ({ count: 0 }) }]],
  });
  const send = async (id: number, secret?: string) => {
    const { path, init } = await signed('shop', 'github', { body: `{ "id": ${id} }` }, secret);
    const { status } = await box.ask(path, init);
    await box.settled();
    return status;
  };
  return { ...box, send };
}

describe('a secret with an end', () => {
  it('proves deliveries until then, and none from then on; the new one goes on', async () => {
    const { send } = makeBox();
    expect([await send(1), await send(2, oldSecret)]).toEqual([202, 202]);
    vi.setSystemTime(end - 1);
    expect(await send(3, oldSecret)).toBe(202);
    vi.setSystemTime(end);
    expect([await send(4, oldSecret), await send(5)]).toEqual([401, 202]);
  });

  it('is shown by name with its end and its last use', async () => {
    const { api, send } = makeBox();
    await send(1, oldSecret);
    vi.setSystemTime(end);
    await send(2);
    const { secrets } = sourceDetailSchema.parse(await (await api('/v1/sources/shop')).json());
    expect(secrets).toEqual([
      { name: 'SHOP_SECRET', lastUsedAt: new Date(end).toISOString(), until: null, expired: false },
      {
        name: 'OTHER_SECRET',
        lastUsedAt: new Date(end - 1_000).toISOString(),
        until: new Date(end).toISOString(),
        expired: true,
      },
    ]);
  });

  it('is named by the diagnosis of what it signed too late', async () => {
    const { api, send } = makeBox();
    vi.setSystemTime(end);
    await send(1, oldSecret);
    const list = await api('/v1/sources/shop/deliveries');
    const [listed] = deliveryListSchema.parse(await list.json()).deliveries;
    const detail = await api(`/v1/sources/shop/deliveries/${listed?.id ?? ''}`);
    expect(deliveryDetailSchema.parse(await detail.json()).diagnosis).toMatchObject([
      { kind: 'wrong-secret', secret: 'OTHER_SECRET' },
    ]);
  });
});

it.each([
  { name: 'lower', until: '2026-12-31T00:00:00Z' },
  { name: 'OLD', until: '2026-12-31' },
  { name: 'OLD', until: 'soon' },
  { name: 'OLD', until: '2026-12-31T00:00:00Z', value: 'fake' },
])('a declaration with %j is refused', (secret) => {
  const declaration = { name: 'shop', provider: 'github', secrets: ['NEW', secret] };
  expect(sourceSchema.safeParse(declaration).success).toBe(false);
});

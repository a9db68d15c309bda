// The Worker itself: what it records after its answers is there to be seen.
import { reset } from 'cloudflare:test';
import { afterEach, expect, it } from 'vitest';
import { deliveryListSchema } from '../../src/http/shown-delivery.ts';
import { api, ask } from './box.ts';
import { until } from '../until.ts';

afterEach(async () => {
  await reset();
});

it('the Worker answers a forged delivery, and records it afterwards', async () => {
  const response = await ask('/v1/hooks/test-github', { method: 'POST', body: '{}' });
  expect(response.status).toBe(401);
  await until(async () => {
    const list = await api('/v1/sources/test-github/deliveries');
    const { deliveries } = deliveryListSchema.parse(await list.json());
    expect(deliveries).toMatchObject([{ outcome: 'rejected', reason: 'missing-signature' }]);
  });
});

import { expect, it } from 'vitest';
import { deliver, deliveredSchema } from '../../scripts/local/client.ts';
import { pickSecret } from '../../scripts/local/secret.ts';
import { makeOrderDelivery } from '../../scripts/local/shopify.ts';
import { Box } from './box.ts';

it('makes one execution and one order of 200 concurrent copies of an event and 20 more after a restart', async () => {
  await using box = await Box.open({ unavailableTimes: 0, indexingMs: 0 });
  const delivery = makeOrderDelivery(pickSecret(box.secrets, 'SHOPIFY_WEBHOOK_SECRET'));
  const deliverCopies = async (count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const response = await deliver(box.url, 'shopify-orders', delivery);
        const { executions, duplicate = false } = deliveredSchema.parse(await response.json());
        return { status: response.status, ids: executions.map(({ id }) => id).join(), duplicate };
      }),
    );

  const copies = await deliverCopies(200);
  await box.kill();
  await box.restart();
  const late = await deliverCopies(20);
  const id = copies[0]?.ids ?? '';
  const execution = await box.finish(id);

  expect(new Set([...copies, ...late].map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set([...copies, ...late].map(({ ids }) => ids))).toEqual(new Set([id]));
  expect(copies.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(late.filter(({ duplicate }) => !duplicate)).toHaveLength(0);
  expect(execution.status).toBe('completed');
  expect(box.crm.log().filter(({ path, effect }) => path === '/orders' && effect === 'created')).toHaveLength(
    1,
  );
});

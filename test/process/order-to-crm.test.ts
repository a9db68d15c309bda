import { expect, it } from 'vitest';
import { deliver, deliveredSchema } from '../../scripts/local/client.ts';
import { pickSecret } from '../../scripts/local/secret.ts';
import { makeOrderDelivery } from '../../scripts/local/shopify.ts';
import { Box } from './box.ts';

it('a Shopify order becomes a customer and an order in the CRM, once the CRM has stopped refusing, and is done once indexed', async () => {
  await using box = await Box.open({ unavailableTimes: 2, indexingMs: 500 });
  const delivery = makeOrderDelivery(pickSecret(box.secrets, 'SHOPIFY_WEBHOOK_SECRET'), 1001);
  const accepted = deliveredSchema.parse(await (await deliver(box.url, 'shopify-orders', delivery)).json());
  const execution = await box.finish(accepted.executions[0]?.id ?? '');
  const [customer, ...orders] = box.crm.log().filter(({ effect }) => effect !== 'read');

  expect(execution).toMatchObject({
    workflow: 'order-to-crm',
    status: 'completed',
    output: { customer: 'cus_1', order: 'ord_1' },
    steps: [
      { name: 'upsert customer', kind: 'http', status: 'completed' },
      { name: 'create order', kind: 'http', status: 'completed' },
      { name: 'wait until indexed', kind: 'poll', status: 'completed' },
    ],
  });
  expect(customer).toMatchObject({
    method: 'PUT',
    path: '/customers/shopify-7134567890123',
    body: { email: 'ada@example.com', name: 'Ada Example' },
  });
  expect(orders.map(({ status }) => status)).toEqual([503, 503, 201]);
  expect(orders[2]?.body).toEqual({
    externalId: 'shopify-5678901235568',
    customerId: 'cus_1',
    number: '#1001',
    placedAt: '2026-11-02T09:41:07+01:00',
    total: { amount: '118.39', currency: 'EUR' },
    lines: [
      { sku: 'LAMP-RED-01', title: 'Signal lamp, red', quantity: 2, unitPrice: '39.90' },
      { sku: null, title: 'Lever frame, miniature', quantity: 1, unitPrice: '14.74' },
    ],
  });
});

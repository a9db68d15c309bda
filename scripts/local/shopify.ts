// A Shopify order as Shopify would deliver it: the fixture's order, signed with the shop's secret.
// Shopify: "Verify the webhook" (shopify.dev, 2026): base64 of HMAC-SHA256 over the raw body, keyed with the app's client secret.
import { createHmac, randomUUID } from 'node:crypto';
import order from '../../test/fixture/shopify-order.json' with { type: 'json' };
import type { Delivery } from './client.ts';

/** Makes a delivery of a new event; `number` is the order's, and makes its ids differ from other orders'. */
export function makeOrderDelivery(secret: string, number: number = 1001): Delivery {
  const body = JSON.stringify({
    ...order,
    id: order.id + number,
    admin_graphql_api_id: `gid://shopify/Order/${order.id + number}`,
    name: `#${number}`,
    order_number: number,
  });
  const eventId = randomUUID();
  return {
    headers: {
      'Content-Type': 'application/json',
      'X-Shopify-Topic': 'orders/create',
      'X-Shopify-Shop-Domain': 'example.myshopify.com',
      'X-Shopify-Event-Id': eventId,
      'X-Shopify-Webhook-Id': eventId,
      'X-Shopify-Triggered-At': new Date().toISOString(),
      'X-Shopify-API-Version': '2026-07',
      'X-Shopify-Hmac-Sha256': createHmac('sha256', secret).update(body).digest('base64'),
    },
    body,
  };
}

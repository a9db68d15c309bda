// order-to-crm: a shop's order becomes a customer and an order in the CRM, and is done once the CRM can find it.
import * as z from 'zod';
import { bearer, defineWorkflow, webhook, type WorkflowDefinition } from '../engine/index.ts';

/** A person or an order as Shopify names it in GraphQL: ids of the REST kind can be larger than a JSON number is exact. */
const gidSchema = z.string().regex(/^gid:\/\/shopify\/[A-Za-z]+\/\d+$/);

/** The body of Shopify's `orders/create` webhook (REST Admin API 2026-07), as far as the CRM needs it. */
const orderSchema = z.object({
  admin_graphql_api_id: gidSchema,
  name: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  currency: z.string().length(3),
  /** Shopify writes money as decimal text. */
  total_price: z.string(),
  customer: z.object({
    admin_graphql_api_id: gidSchema,
    email: z.email().nullable(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
  }),
  line_items: z.array(
    z.object({ sku: z.string().nullable(), title: z.string(), quantity: z.int().min(1), price: z.string() }),
  ),
});

type Order = z.infer<typeof orderSchema>;

const createdSchema = z.object({ id: z.string() });
const indexSchema = z.object({ status: z.enum(['processing', 'indexed']) });

export interface OrderToCrmOptions {
  /** Base URL of the CRM's API, without a slash at its end. */
  readonly crmUrl: string;
  /** Source of the Shopify deliveries; default `shopify-orders`. */
  readonly source?: string;
}

/** Makes the workflow for one CRM. Its secret is `CRM_TOKEN`; its output `{ customer, order }`, the CRM's ids. */
export function orderToCrm({ crmUrl, source = 'shopify-orders' }: OrderToCrmOptions): WorkflowDefinition {
  const headers = { Authorization: bearer('CRM_TOKEN') };
  return defineWorkflow(
    {
      name: 'order-to-crm',
      version: '1',
      triggers: [webhook({ source, types: ['com.shopify.orders.create'] })],
      input: orderSchema,
      secrets: ['CRM_TOKEN'],
    },
    async ({ data: order }, step) => {
      const customer = await step.http('upsert customer', {
        method: 'PUT',
        url: `${crmUrl}/customers/${externalId(order.customer)}`,
        headers,
        body: toCustomer(order.customer),
        response: createdSchema,
      });
      const created = await step.http('create order', {
        method: 'POST',
        url: `${crmUrl}/orders`,
        headers,
        body: toOrder(order, customer.body.id),
        response: createdSchema,
      });
      await step.poll('wait until indexed', {
        request: {
          method: 'GET',
          url: `${crmUrl}/orders/${created.body.id}/index`,
          headers,
          response: indexSchema,
        },
        interval: '1 second',
        backoff: 'exponential',
        maxInterval: '1 minute',
        deadline: '1 hour',
        until: ({ body }) => body.status === 'indexed',
      });
      return { customer: customer.body.id, order: created.body.id };
    },
  );
}

/** `gid://shopify/Order/5678` → `shopify-5678`. */
function externalId({ admin_graphql_api_id: gid }: { readonly admin_graphql_api_id: string }): string {
  return `shopify-${gid.slice(gid.lastIndexOf('/') + 1)}`;
}

function toCustomer(customer: Order['customer']): Record<string, unknown> {
  const name = [customer.first_name, customer.last_name].filter((part) => part !== null).join(' ');
  return { email: customer.email, name };
}

function toOrder(order: Order, customerId: string): Record<string, unknown> {
  return {
    externalId: externalId(order),
    customerId,
    number: order.name,
    placedAt: order.created_at,
    total: { amount: order.total_price, currency: order.currency },
    lines: order.line_items.map(({ sku, title, quantity, price }) => ({
      sku,
      title,
      quantity,
      unitPrice: price,
    })),
  };
}

// Shopify: webhooks of the REST kind (shopify.dev/docs/api/webhooks), as version 2026-07 sends them.
import { isoOf, uuidOf, type Fresh, type Sample, type Samples } from '../sample.ts';

const address = {
  first_name: 'Grace',
  last_name: 'Sample',
  address1: '7 Sample Lane',
  city: 'Leipzig',
  zip: '04109',
  country: 'Germany',
  country_code: 'DE',
  phone: null,
};

function customerOf(fresh: Fresh): object {
  const id = 7_200_000_000_000 + (fresh.serial % 1_000_000);
  return {
    id,
    admin_graphql_api_id: `gid://shopify/Customer/${id}`,
    email: 'grace@example.com',
    first_name: 'Grace',
    last_name: 'Sample',
    phone: null,
    state: 'disabled',
    verified_email: true,
    currency: 'EUR',
    tags: '',
    created_at: isoOf(fresh),
    updated_at: isoOf(fresh),
  };
}

const lines = [
  { title: 'Point lever, brass', sku: 'LEVER-02', quantity: 1, price: '64.00', grams: 1200 },
  { title: 'Lamp oil, 1 l', sku: 'OIL-1000', quantity: 3, price: '8.50', grams: 900 },
];

function lineItemsOf({ serial }: Fresh): readonly object[] {
  return lines.map((line, at) => ({
    id: 14_000_000_000_000 + (serial % 1_000_000) * 10 + at,
    product_id: 6_600_000_000_000 + at,
    variant_id: 43_300_000_000_000 + at,
    vendor: 'Sample Works',
    requires_shipping: true,
    taxable: true,
    total_discount: '0.00',
    ...line,
  }));
}

function orderOf(fresh: Fresh, financialStatus: string): object {
  const id = 5_700_000_000_000 + (fresh.serial % 1_000_000_000);
  const number = 1000 + (fresh.serial % 9000);
  return {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${number}`,
    number: number - 1000,
    order_number: number,
    test: true,
    confirmed: true,
    cancelled_at: null,
    created_at: isoOf(fresh),
    updated_at: isoOf(fresh),
    processed_at: isoOf(fresh),
    currency: 'EUR',
    presentment_currency: 'EUR',
    subtotal_price: '89.50',
    total_discounts: '0.00',
    total_tax: '14.29',
    taxes_included: true,
    total_price: '94.45',
    current_total_price: '94.45',
    financial_status: financialStatus,
    fulfillment_status: null,
    email: 'grace@example.com',
    contact_email: 'grace@example.com',
    customer_locale: 'de-DE',
    buyer_accepts_marketing: false,
    source_name: 'web',
    tags: '',
    note_attributes: [],
    discount_codes: [],
    customer: customerOf(fresh),
    line_items: lineItemsOf(fresh),
    shipping_lines: [{ id: 4_990_000_000_001, code: 'standard', title: 'Standard', price: '4.95' }],
    shipping_address: address,
    billing_address: address,
  };
}

function checkoutOf(fresh: Fresh): object {
  return {
    id: 38_000_000_000_000 + (fresh.serial % 1_000_000_000),
    token: fresh.id,
    cart_token: `sample-cart-${fresh.id.slice(0, 12)}`,
    email: 'grace@example.com',
    created_at: isoOf(fresh),
    updated_at: isoOf(fresh),
    completed_at: null,
    currency: 'EUR',
    presentment_currency: 'EUR',
    subtotal_price: '89.50',
    total_tax: '14.29',
    total_price: '94.45',
    customer_locale: 'de-DE',
    buyer_accepts_marketing: false,
    abandoned_checkout_url: `https://sample-shop.myshopify.com/checkouts/${fresh.id}/recover`,
    customer: customerOf(fresh),
    line_items: lineItemsOf(fresh),
    shipping_address: address,
  };
}

function webhook(topic: string, fresh: Fresh, json: object): Sample {
  return {
    headers: {
      'User-Agent': 'Shopify-Captain-Hook',
      'X-Shopify-Topic': topic,
      'X-Shopify-Shop-Domain': 'sample-shop.myshopify.com',
      'X-Shopify-API-Version': '2026-07',
      'X-Shopify-Webhook-Id': uuidOf({ ...fresh, id: fresh.id.split('').toReversed().join('') }),
      'X-Shopify-Event-Id': uuidOf(fresh),
      'X-Shopify-Triggered-At': fresh.now.toISOString(),
    },
    json,
  };
}

export const shopify: Samples = {
  'orders/create': (fresh) => webhook('orders/create', fresh, orderOf(fresh, 'pending')),
  'orders/paid': (fresh) => webhook('orders/paid', fresh, orderOf(fresh, 'paid')),
  'orders/cancelled': (fresh) =>
    webhook('orders/cancelled', fresh, {
      ...orderOf(fresh, 'voided'),
      cancelled_at: isoOf(fresh),
      cancel_reason: 'customer',
    }),
  'checkouts/create': (fresh) => webhook('checkouts/create', fresh, checkoutOf(fresh)),
  'app/uninstalled': (fresh) =>
    webhook('app/uninstalled', fresh, {
      id: 548_000_000 + (fresh.serial % 1_000_000),
      name: 'Sample Shop',
      myshopify_domain: 'sample-shop.myshopify.com',
      updated_at: isoOf(fresh),
    }),
};

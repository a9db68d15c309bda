// PayPal, Square, Adyen, Braintree: payments.
import { isoOf, secondsOf, uuidOf, type Fresh, type Sample, type Samples } from '../sample.ts';

/** developer.paypal.com/api/rest/webhooks: the certificate is named, never sent. */
function paypalEvent(type: string, fresh: Fresh, resourceType: string, resource: object): Sample {
  return {
    headers: {
      'User-Agent': 'PayPal/AUHR-1.0',
      'PAYPAL-AUTH-ALGO': 'SHA256withRSA',
      'PAYPAL-AUTH-VERSION': 'v2',
      'PAYPAL-CERT-URL': 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-sample',
      'PAYPAL-TRANSMISSION-ID': uuidOf(fresh),
      'PAYPAL-TRANSMISSION-TIME': isoOf(fresh),
    },
    json: {
      id: `WH-SAMPLE${fresh.id.slice(0, 12).toUpperCase()}`,
      event_version: '1.0',
      create_time: fresh.now.toISOString(),
      resource_type: resourceType,
      resource_version: '2.0',
      event_type: type,
      summary: 'A sample payment of EUR 29.75',
      resource,
      links: [],
    },
  };
}

export const paypal: Samples = {
  'PAYMENT.CAPTURE.COMPLETED': (fresh) =>
    paypalEvent('PAYMENT.CAPTURE.COMPLETED', fresh, 'capture', {
      id: fresh.id.slice(0, 17).toUpperCase(),
      amount: { currency_code: 'EUR', value: '29.75' },
      final_capture: true,
      seller_protection: { status: 'ELIGIBLE' },
      seller_receivable_breakdown: {
        gross_amount: { currency_code: 'EUR', value: '29.75' },
        paypal_fee: { currency_code: 'EUR', value: '1.13' },
        net_amount: { currency_code: 'EUR', value: '28.62' },
      },
      invoice_id: `order-${fresh.serial}`,
      status: 'COMPLETED',
      create_time: isoOf(fresh),
      update_time: isoOf(fresh),
    }),
  'CHECKOUT.ORDER.APPROVED': (fresh) =>
    paypalEvent('CHECKOUT.ORDER.APPROVED', fresh, 'checkout-order', {
      id: fresh.id.slice(0, 17).toUpperCase(),
      intent: 'CAPTURE',
      status: 'APPROVED',
      purchase_units: [{ reference_id: 'default', amount: { currency_code: 'EUR', value: '29.75' } }],
      payer: { email_address: 'grace@example.com', payer_id: 'SAMPLEPAYER01' },
      create_time: isoOf(fresh),
    }),
};

/** developer.squareup.com/reference/square/webhooks. */
function squareEvent(type: string, fresh: Fresh, status: string): Sample {
  const id = `sample${fresh.id.slice(0, 22)}`;
  const money = { amount: 2975, currency: 'EUR' };
  return {
    headers: { 'Square-Environment': 'Sandbox' },
    json: {
      merchant_id: 'MLSAMPLE00001',
      location_id: 'LSAMPLE000001',
      type,
      event_id: uuidOf(fresh),
      created_at: fresh.now.toISOString(),
      data: {
        type: 'payment',
        id,
        object: {
          payment: {
            id,
            status,
            source_type: 'CARD',
            amount_money: money,
            total_money: money,
            location_id: 'LSAMPLE000001',
            order_id: `order${fresh.serial}`,
            created_at: fresh.now.toISOString(),
            updated_at: fresh.now.toISOString(),
            version: 1,
          },
        },
      },
    },
  };
}

export const square: Samples = {
  'payment.created': (fresh) => squareEvent('payment.created', fresh, 'APPROVED'),
  'payment.updated': (fresh) => squareEvent('payment.updated', fresh, 'COMPLETED'),
};

/** docs.adyen.com/development-resources/webhooks: a list of one, each item signed by itself. */
function adyenItem(eventCode: string, fresh: Fresh): Sample {
  const item = {
    additionalData: { cardSummary: '1142', expiryDate: '03/2030' },
    amount: { currency: 'EUR', value: 2975 },
    eventCode,
    eventDate: isoOf(fresh),
    merchantAccountCode: 'SampleShopECOM',
    merchantReference: `order-${fresh.serial}`,
    ...(eventCode === 'AUTHORISATION' ? {} : { originalReference: 'SAMPLE0000000001' }),
    paymentMethod: 'visa',
    pspReference: `S${secondsOf(fresh)}${fresh.id.slice(0, 5)}`.toUpperCase().slice(0, 16),
    reason: '',
    success: 'true',
  };
  return { json: { live: 'false', notificationItems: [{ NotificationRequestItem: item }] } };
}

export const adyen: Samples = {
  AUTHORISATION: (fresh) => adyenItem('AUTHORISATION', fresh),
  CAPTURE: (fresh) => adyenItem('CAPTURE', fresh),
  REFUND: (fresh) => adyenItem('REFUND', fresh),
};

/** developer.paypal.com/braintree/docs/guides/webhooks: XML in base64, in a form beside its signature. */
function braintreeNotification(kind: string, fresh: Fresh, subject: string): Sample {
  const timestamp = `<timestamp type="datetime">${isoOf(fresh)}</timestamp>`;
  const source = '<source-merchant-id>samplemerchant0001</source-merchant-id>';
  const xml = `<notification>${timestamp}<kind>${kind}</kind>${source}<subject>${subject}</subject></notification>`;
  return { form: { bt_payload: `${btoa(xml)}\n` } };
}

function braintreeSubscription(kind: string): (fresh: Fresh) => Sample {
  return (fresh) =>
    braintreeNotification(
      kind,
      fresh,
      `<subscription><id>sub${fresh.id.slice(0, 6)}</id><price>49.00</price><transactions type="array"></transactions><add_ons type="array"></add_ons><discounts type="array"></discounts></subscription>`,
    );
}

export const braintree: Samples = {
  subscription_charged_successfully: braintreeSubscription('subscription_charged_successfully'),
  subscription_canceled: braintreeSubscription('subscription_canceled'),
};

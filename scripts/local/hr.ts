// An employee who is hired, as an HR system with Standard Webhooks would tell it: the fixture's, signed with the source's secret.
// Standard Webhooks 1.0.0: `v1,` and the base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`, keyed with what follows `whsec_`.
import { createHmac, randomUUID } from 'node:crypto';
import employee from '../../test/fixture/employee-hired.json' with { type: 'json' };
import type { Delivery } from './client.ts';

/** Makes a delivery of a new event about the fixture's employee. */
export function makeHiredDelivery(secret: string): Delivery {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const body = JSON.stringify(employee);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
}

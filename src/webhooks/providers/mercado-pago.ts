import { defineProvider } from '../provider.ts';

/**
 * Mercado Pago signs ids and time, not the body: fetch the resource. The signed text is the key. Its documents put the id in
 * lower case, its SDK takes it as it is.
 */
export const mercadoPago = defineProvider({
  id: 'mercado-pago',
  name: 'Mercado Pago',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: {
        at: ['{header:x-signature}'],
        encoding: 'hex',
        format: { kind: 'pairs', separator: ',', signature: 'v1' },
      },
      signed: ['{canonical:mercado-pago}', '{canonical:mercado-pago-as-sent}'],
      timestamp: { at: '{field:ts}', unit: 's-or-ms', toleranceSeconds: null },
    },
  ],
  events: {
    prefix: 'com.mercadopago',
    id: ['{json:id}'],
    dedupe: ['{canonical:mercado-pago-key}'],
    type: ['{json:action}', '{json:type}', '{query:type}'],
    subject: ['{query:data.id}'],
    time: { at: ['{json:date_created}'], unit: 'iso' },
  },
  links: [
    'https://www.mercadopago.com/developers/en/docs/your-integrations/notifications/webhooks',
    'https://github.com/mercadopago/sdk-nodejs/blob/HEAD/src/utils/webhook/index.ts',
  ],
  evidence: 'sdk',
});

import { defineProvider } from '../provider.ts';

/**
 * HubSpot: v3 where it is sent, which then alone counts; v1 and v2 are plain digests. A resend counts its
 * attempts in the body, so the body is no key.
 */
export const hubspot = defineProvider({
  id: 'hubspot',
  name: 'HubSpot',
  schemes: [
    {
      kind: 'hmac',
      hash: 'SHA-256',
      signature: { at: ['{header:x-hubspot-signature-v3}'], encoding: 'base64' },
      signed: ['{method}{url}{body}{timestamp}', '{method}{canonical:hubspot-url}{body}{timestamp}'],
      timestamp: { at: '{header:x-hubspot-request-timestamp}', unit: 'ms', toleranceSeconds: 300 },
    },
    {
      kind: 'digest',
      hash: 'SHA-256',
      signature: { at: ['{header:x-hubspot-signature}'], encoding: 'hex' },
      signed: '{secret}{method}{url}{body}',
      requires: [
        { at: '{header:x-hubspot-signature-v3}', absent: true },
        { at: '{header:x-hubspot-signature-version}', equals: 'v2' },
      ],
    },
    {
      kind: 'digest',
      hash: 'SHA-256',
      signature: { at: ['{header:x-hubspot-signature}'], encoding: 'hex' },
      signed: '{secret}{body}',
      requires: [
        { at: '{header:x-hubspot-signature-v3}', absent: true },
        { at: '{header:x-hubspot-signature-version?}', oneOf: ['', 'v1'] },
      ],
    },
  ],
  events: {
    prefix: 'com.hubspot',
    batch: [''],
    id: ['{item:eventId}'],
    dedupe: [
      '{item:portalId?}|{item:appId?}|{item:subscriptionId}|{item:eventId}|{item:objectId?}|{item:occurredAt?}',
    ],
    type: ['{item:subscriptionType}', '{item:eventType}'],
    subject: ['{item:objectId}'],
    time: { at: ['{item:occurredAt}'], unit: 'ms' },
  },
  timeBudgetSeconds: 5,
  links: ['https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests'],
  evidence: 'vector',
});

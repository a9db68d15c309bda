// The vendors' own SDKs take what the simulator makes for the vendor, and refuse it tampered with. Payments have a file of their own.
import { Mux } from '@mux/mux-node';
import { verify as verifyGitHub } from '@octokit/webhooks-methods';
import { isValidSignature } from '@sanity/webhook';
import { EventWebhook } from '@sendgrid/eventwebhook';
import { verifySignature as verifyVonage } from '@vonage/jwt';
import { createQueryStringHash, decodeSymmetric, fromMethodAndUrl, SymmetricAlgorithm } from 'atlassian-jwt';
import { verifyKey } from 'discord-interactions';
import Pusher from 'pusher';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import twilio from 'twilio';
import { judgeBySdk, keysFor, url } from './sdk-judge.ts';

const discordKeys = await keysFor('discord', 'ed25519');
const sendgridKeys = await keysFor('sendgrid', 'ecdsa-p256-sha256');
const whsec = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const pusherKeys = { key: 'not-a-key', secret: 'not-a-secret' };
const mux = new Mux({ tokenId: 'not-a-token', tokenSecret: 'not-a-secret' });

judgeBySdk([
  {
    id: 'github',
    event: 'pull_request',
    secret: 'not-a-secret',
    accepts: (body, headers) => verifyGitHub('not-a-secret', body, headers.get('x-hub-signature-256') ?? ''),
    tamperings: ['body', 'signature', 'secret'],
  },
  {
    id: 'vonage',
    event: 'delivered',
    secret: 'not-a-real-signature-secret-of-32-bytes',
    // It judges the token, and leaves the body that the token names to its user.
    accepts: (_body, headers) =>
      verifyVonage(
        headers.get('authorization')?.replace('Bearer ', '') ?? '',
        'not-a-real-signature-secret-of-32-bytes',
      ),
    tamperings: ['signature', 'secret'],
  },
  {
    id: 'standardwebhooks',
    event: 'employee.hired',
    secret: whsec,
    accepts: (body, headers) => new Webhook(whsec).verify(body, Object.fromEntries(headers)) !== undefined,
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'svix',
    event: 'invoice.paid',
    secret: whsec,
    // It says nothing where it is content.
    accepts: (body, headers) =>
      new SvixWebhook(whsec).verify(body, Object.fromEntries(headers)) === undefined,
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'discord',
    event: 'APPLICATION_AUTHORIZED',
    ...discordKeys,
    accepts: (body, headers) =>
      verifyKey(
        body,
        headers.get('x-signature-ed25519') ?? '',
        headers.get('x-signature-timestamp') ?? '',
        discordKeys.secret,
      ),
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'sanity',
    event: 'create',
    secret: 'not-a-secret',
    accepts: (body, headers) =>
      isValidSignature(body, headers.get('sanity-webhook-signature') ?? '', 'not-a-secret'),
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'jira-connect',
    event: 'jira:issue_created',
    secret: 'not-a-real-shared-secret',
    accepts: (_body, headers) => {
      const token = (headers.get('authorization') ?? '').replace('JWT ', '');
      const { qsh, exp = 0 } = decodeSymmetric(token, 'not-a-real-shared-secret', SymmetricAlgorithm.HS256);
      const { pathname, search } = new URL(url);
      const expected = createQueryStringHash(fromMethodAndUrl('POST', `${pathname}${search}`));
      return qsh === expected && Number(exp) > Date.now() / 1000;
    },
    tamperings: ['signature', 'timestamp', 'secret'],
  },
  {
    id: 'sendgrid',
    event: 'delivered',
    ...sendgridKeys,
    accepts: (body, headers) => {
      const sdk = new EventWebhook();
      return sdk.verifySignature(
        sdk.convertPublicKeyToECDSA(sendgridKeys.secret),
        body,
        headers.get('x-twilio-email-event-webhook-signature') ?? '',
        headers.get('x-twilio-email-event-webhook-timestamp') ?? '',
      );
    },
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
  {
    id: 'twilio',
    event: 'sms',
    secret: 'not-an-auth-token',
    accepts: (body, headers) =>
      twilio.validateRequest(
        'not-an-auth-token',
        headers.get('x-twilio-signature') ?? '',
        url,
        Object.fromEntries(new URLSearchParams(body)),
      ),
    tamperings: ['body', 'signature', 'secret'],
  },
  {
    id: 'pusher',
    event: 'channel_occupied',
    secret: pusherKeys,
    accepts: (body, headers) =>
      new Pusher({ appId: '1', cluster: 'eu', ...pusherKeys })
        .webhook({ headers: Object.fromEntries(headers), rawBody: body })
        .isValid(),
    tamperings: ['body', 'signature', 'secret'],
  },
  {
    id: 'mux',
    event: 'video.asset.ready',
    secret: 'not-a-secret',
    accepts: async (body, headers) => {
      await mux.webhooks.verifySignature(body, headers, 'not-a-secret');
      return true;
    },
    tamperings: ['body', 'signature', 'timestamp', 'secret'],
  },
]);

// Handshakes: challenges are answered as each vendor wants, to those who may ask, and never become a signing oracle.
import { describe, expect, it } from 'vitest';
import { providers, verifyDelivery, type Provider } from '../../src/webhooks/index.ts';
import { hex, hmacSha256, now, nowSeconds, post } from './request.ts';

function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

const slackSecret = 'not-a-real-slack-secret';

async function slackRequest(body: string) {
  const mac = await hmacSha256(slackSecret, `v0:${nowSeconds}:${body}`);
  return post({ 'x-slack-request-timestamp': nowSeconds, 'x-slack-signature': `v0=${hex(mac)}` }, body);
}

describe('GitHub', () => {
  const ping = '{"zen":"Design for failure.","hook_id":1}';

  it('a signed ping is a handshake', async () => {
    const signature = `sha256=${hex(await hmacSha256('s', ping))}`;
    const request = post({ 'x-github-event': 'ping', 'x-hub-signature-256': signature }, ping);
    expect(await verifyDelivery(providerOf('github'), request, ['s'], now)).toMatchObject({
      outcome: 'handshake',
      response: { status: 200, body: 'pong' },
    });
  });

  it('an unsigned ping fails', async () => {
    expect(
      await verifyDelivery(providerOf('github'), post({ 'x-github-event': 'ping' }, ping), ['s'], now),
    ).toEqual({
      outcome: 'failed',
      reason: 'missing-signature',
    });
  });
});

describe('Slack', () => {
  const verification =
    '{"token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd","type":"url_verification"}';

  it('a signed url_verification is echoed as plain text', async () => {
    expect(
      await verifyDelivery(providerOf('slack'), await slackRequest(verification), [slackSecret], now),
    ).toEqual({
      outcome: 'handshake',
      response: {
        status: 200,
        headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
        body: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd',
      },
    });
  });

  it('an unsigned url_verification fails where the source has a secret', async () => {
    expect(await verifyDelivery(providerOf('slack'), post({}, verification), [slackSecret], now)).toEqual({
      outcome: 'failed',
      reason: 'missing-signature',
    });
  });

  it('an unsigned url_verification is echoed while the source has no secret to tell', async () => {
    expect(await verifyDelivery(providerOf('slack'), post({}, verification), [], now)).toMatchObject({
      outcome: 'handshake',
      response: { status: 200, body: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd' },
    });
  });

  it.each(['<script>alert(1)</script>', 'a b', 'a'.repeat(513), ''])(
    'the challenge %.24s is not echoed',
    async (challenge) => {
      const body = JSON.stringify({ type: 'url_verification', challenge });
      const verdict = await verifyDelivery(providerOf('slack'), await slackRequest(body), [slackSecret], now);
      expect(verdict).toMatchObject({ outcome: 'handshake', response: { status: 400, body: '' } });
    },
  );
});

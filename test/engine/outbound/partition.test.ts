// Which requests are taken for one partition of a host: those that a rate limit counts together, as far as a client can tell.
import { describe, expect, it } from 'vitest';
import { credentialOf, destinationOf } from '../../../src/engine/outbound/partition.ts';
import { bearer, type HttpRequest, secret } from '../../../src/engine/outbound/request.ts';
import type { UpstreamPort } from '../../../src/engine/outbound/upstream.ts';
import { portsOf, sent } from './port.ts';

const base = { url: 'https://api.example.com/orders/1', headers: { authorization: bearer('TOKEN') } };

function partitionOf(request: HttpRequest): string {
  return destinationOf(new URL(request.url), credentialOf(request)).partition;
}

const auth = {
  tokenUrl: 'https://login.example.com/',
  clientId: 'client-1',
  clientSecret: secret('CLIENT'),
};

describe('requests with the same credentials to the same part of a host', () => {
  it.each<[string, HttpRequest]>([
    ['another item and query', { ...base, url: 'https://api.example.com/orders/2?page=3' }],
    ['another method and body', { ...base, method: 'POST', body: { a: 1 } }],
    [
      'headers that are no credential',
      { ...base, headers: { ...base.headers, 'X-Run': 'r-1', Accept: 'text/csv' } },
    ],
    ['the same secret under another spelling', { ...base, headers: { Authorization: bearer('TOKEN') } }],
  ])('are one partition: %s', (_what, request) => {
    expect(partitionOf(request)).toBe(partitionOf(base));
  });
});

describe('a request', () => {
  it.each<[string, HttpRequest]>([
    ['another part of the host', { ...base, url: 'https://api.example.com/billing/1' }],
    ['another secret', { ...base, headers: { authorization: bearer('OTHER') } }],
    ['a secret more', { ...base, headers: { ...base.headers, 'x-account': secret('OTHER') } }],
    ['no credential', { url: base.url }],
    ['a credential that the author wrote out', { ...base, headers: { Authorization: 'Bearer tenant-1' } }],
    ['an access token', { url: base.url, auth }],
  ])('is of another partition with %s', (_what, request) => {
    expect(partitionOf(request)).not.toBe(partitionOf(base));
  });

  it('is of another partition for each credential that an author writes out, and for each client', () => {
    const written = (authorization: string) => partitionOf({ url: base.url, headers: { authorization } });
    expect(written('Bearer tenant-1')).not.toBe(written('Bearer tenant-2'));
    expect(partitionOf({ url: base.url, auth })).not.toBe(
      partitionOf({ url: base.url, auth: { ...auth, clientId: 'client-2' } }),
    );
  });

  it('has a partition in which nothing of its URL and its headers can be read', () => {
    const url = 'https://api.telegram.example.com/bot12345:fake-token/sendMessage';
    expect(partitionOf({ url, headers: { authorization: 'Bearer fake-tenant-token' } })).toMatch(
      /^[0-9a-z]{1,7}$/,
    );
  });
});

describe('on its way', () => {
  it('a request is asked for and told of under its partition, and an access token’s request under its client’s', async () => {
    const seen: string[] = [];
    const upstream: UpstreamPort = {
      admit: async (to) => {
        seen.push(`admit ${to.host} ${to.partition}`);
        return { admitted: true };
      },
      report: async (to) => {
        seen.push(`report ${to.host} ${to.partition}`);
      },
    };
    const { ports } = portsOf(() => Response.json({ access_token: 'fake', token_type: 'bearer' }), {
      upstream,
    });
    const request = { url: base.url, auth };
    await sent(request, ports);
    const [asked, told, ...rest] = seen;
    expect(asked).toMatch(/^admit login\.example\.com [0-9a-z]+$/);
    expect(told).toBe(asked?.replace('admit', 'report'));
    expect(rest).toEqual(
      ['admit', 'report'].map((what) => `${what} api.example.com ${partitionOf(request)}`),
    );
  });

  it('a request that is sent elsewhere leaves its credentials behind, and is of the partition of those without', async () => {
    const seen: string[] = [];
    const upstream: UpstreamPort = {
      admit: async ({ partition }) => {
        seen.push(partition);
        return { admitted: true };
      },
      report: async () => {},
    };
    const elsewhere = 'https://cdn.example.com/orders/1';
    const answer = ({ url }: Request) =>
      url === base.url
        ? new Response(null, { status: 307, headers: { location: elsewhere } })
        : Response.json({});
    const { ports } = portsOf(answer, { upstream });
    await sent({ ...base, redirect: 'follow' }, ports);
    expect(seen).toEqual([partitionOf(base), partitionOf({ url: elsewhere })]);
  });
});

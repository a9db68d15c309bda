// The guard against requests that an attacker aims at the inside: each case is a spelling or a place that must be refused.
import { describe, expect, it } from 'vitest';
import { limit } from '../../../src/core/limit.ts';
import { specialAddress4, specialAddress6 } from '../../../src/engine/outbound/address.ts';
import { judgeUrl } from '../../../src/engine/outbound/guard.ts';
import { isRefused, portsOf, sent } from './port.ts';

const none: readonly string[] = [];

describe('SS-01 and SS-04: loopback and unspecified', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.0.0.1:8443/',
    'https://127.1/',
    'https://127.255.255.254/',
    'https://0/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:0:127.0.0.1]/',
  ])('%s is refused', expectRefused);
});

describe('SS-03: an address is refused however it is spelled', () => {
  it.each([
    'https://①②⑦.⓪.⓪.①/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https://0x7f.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://127.0.0.1./',
    'https://１２７.0.0.1/',
    'https://ⓛocalhost/',
    'https://%6cocalhost/',
  ])('%s is refused', expectRefused);
});

describe('SS-06: metadata services', () => {
  it.each([
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/',
    'https://metadata.google.internal/',
    'https://metadata.goog/',
    'https://100.100.100.200/',
    'https://168.63.129.16/',
    'https://192.0.0.192/',
    'https://[::ffff:169.254.169.254]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[2002:a9fe:a9fe::]/',
  ])('%s is refused', expectRefused);
});

describe('private, shared and reserved IPv4', () => {
  it.each(
    [
      '10.0.0.1',
      '10.255.255.255',
      '100.64.0.1',
      '100.127.255.255',
      '172.16.0.1',
      '172.31.255.255',
      '192.0.2.1',
      '192.88.99.1',
      '192.168.0.1',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '239.255.255.255',
      '240.0.0.1',
      '255.255.255.255',
    ].map((address) => `https://${address}/`),
  )('%s is refused', expectRefused);

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
  ])('%s, beside those ranges, is public', (address) => {
    expect(specialAddress4(address)).toBeUndefined();
  });
});

describe('SS-08: IPv6 that is not public', () => {
  it.each(
    [
      'fc00::1',
      'fd12:3456:789a::1',
      'fe80::1',
      'febf::1',
      'fec0::1',
      'ff00::1',
      'ff02::1',
      '100::1',
      '2001:db8::1',
      '2001:0:4136:e378:8000:63bf:3fff:fdd2',
      '2001:2::1',
      '2001:10::1',
      '2001:20::1',
      '2002:7f00:1::',
      '3ffe::1',
      '3fff::1',
      '3fff:fff::1',
      '5f00::1',
      '64:ff9b::8.8.8.8',
      '64:ff9b:1::1',
      '4000::1',
      '1234::1',
    ].map((address) => `https://[${address}]/`),
  )('%s is refused', expectRefused);

  it.each([
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
    '2400:cb00::1',
    '3fff:1000::1',
    '2a00:1450:4001::8a',
  ])('[%s] is public', (address) => {
    expect(specialAddress6(address)).toBeUndefined();
    expect(judgeUrl(`https://[${address}]/`, none)).toMatchObject({ ok: true });
  });
});

describe('SS-09: names of private networks', () => {
  it.each([
    'https://localhost/',
    'https://localhost./',
    'https://LOCALHOST/',
    'https://foo.localhost/',
    'https://foo.localhost./',
    'https://x.internal',
    'https://x.local',
    'https://router.home.arpa',
    'https://db.lan',
    'https://kubernetes.default.svc',
    'https://kubernetes.default.svc.cluster.local',
    'https://intranet/',
    'https://intranet./',
    'https://metadata/',
  ])('%s is refused', expectRefused);

  it.each([
    'https://local.example.com/',
    'https://mylocalhost.com/',
    'https://internal.example.com/',
    'https://example.com./',
  ])('%s, which only looks like one, is public', (url) => {
    expect(judgeUrl(url, none)).toMatchObject({ ok: true });
  });
});

// SS-11, a name that resolves to a private address, can't be judged by a pure function: guard.ts says what stands there.
describe('SS-11: what was judged is judged again', () => {
  it('gives no answer that could be kept: the same URL is parsed anew before each hop', async () => {
    const { ports, requests } = portsOf(() => Response.redirect('https://127.0.0.1/', 302));
    await sent({ url: 'https://peer.example.com/', redirect: 'follow' }, ports);
    expect(requests.map(({ url }) => url)).toEqual(['https://peer.example.com/']);
  });
});

describe('SS-13: only https', () => {
  it.each([
    'http://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:text/plain,hello',
    'ftp://example.com/',
    'ws://example.com/',
    'wss://example.com/',
    'blob:https://example.com/0',
    'javascript:alert(1)',
    '//example.com/',
    '/orders',
    'example.com',
    '',
  ])('%s is refused', expectRefused);
});

describe('SS-14: two readers of one text see one host', () => {
  it.each([
    'https://good.example@127.0.0.1/',
    'https://user:password@example.com/',
    'https://@example.com/',
    'https://:@example.com/',
    'https://good.example.com\\@127.0.0.1',
    'https:\\\\example.com/',
    'https://example.com\\.evil.example.com/',
    'https://example.com/a\\..\\b',
    'https:/example.com/',
    'https:///example.com/',
    'https://127.0.0.1#@good.example.com',
    'https://127.0.0.1?@good.example.com',
    ' https://example.com/',
    'https://exam\tple.com/',
    'ht\ntps://example.com/',
    'https://example.com/\u0000',
    'https://example.com /',
  ])('%j is refused', expectRefused);

  it('takes a host from where the parser takes it', () => {
    expect(judgeUrl('https://good.example.com/?to=https://127.0.0.1/@x', none)).toMatchObject({
      ok: true,
      value: { hostname: 'good.example.com' },
    });
  });
});

describe('SS-16: a service that calls itself', () => {
  const rules = { allowed: ['127.0.0.1:8787', '127.0.0.1:8788'], own: ['box.example.com', '127.0.0.1:8787'] };

  it('is refused, under whichever path', () => {
    expect(judgeUrl('https://box.example.com/v1/hooks/shop', rules)).toMatchObject({ ok: false });
    expect(judgeUrl('https://BOX.example.com:443/', rules)).toMatchObject({ ok: false });
  });

  it('is refused on a private host that is allowed, while its neighbour is not', () => {
    expect(judgeUrl('http://127.0.0.1:8787/', rules)).toMatchObject({ ok: false });
    expect(judgeUrl('http://127.0.0.1:8788/', rules)).toMatchObject({ ok: true });
  });
});

describe('SS-18: a template that nobody filled in', () => {
  it.each([
    'https://{{payload.host}}/',
    'https://${host}/',
    'https://<host>.example.com/',
    'https://*.example.com/',
  ])('%s is refused', expectRefused);
});

describe('ports', () => {
  it.each(['22', '25', '6379', '6667'].map(onPort))(
    '%s, where another protocol is at home, is refused',
    expectRefused,
  );

  it.each(['443', '8443', '9200'].map(onPort))('%s is taken', (url) => {
    expect(judgeUrl(url, none)).toMatchObject({ ok: true });
  });

  it.each(['0', '65536', '-1', 'x'].map(onPort))('%s, which is no port, is refused', expectRefused);
});

describe('names', () => {
  const label = 'a'.repeat(63);

  it('takes a URL of as many characters as the limit, and none longer', () => {
    const base = 'https://example.com/';
    const urlOf = (length: number) => base.padEnd(length, 'x');
    expect(judgeUrl(urlOf(limit.requestUrlLengthMax), [])).toMatchObject({ ok: true });
    expect(judgeUrl(urlOf(limit.requestUrlLengthMax + 1), [])).toEqual({
      ok: false,
      error: `Cannot send to this URL as it must have at most 16384 characters: it has 16385`,
    });
  });

  it('takes a label of 63 characters, and refuses one of 64', () => {
    expect(judgeUrl(`https://${label}.example.com/`, none)).toMatchObject({ ok: true });
    expectRefused(`https://${label}a.example.com/`);
  });

  it('takes a name of 253 characters, and refuses one of 254', () => {
    const name = `${label}.${label}.${label}.${'a'.repeat(57)}.com`;
    expect(name.length).toBe(253);
    expect(judgeUrl(`https://${name}/`, none)).toMatchObject({ ok: true });
    expectRefused(`https://a${name.slice(0, 190)}a${name.slice(190)}/`);
  });

  it.each([
    'https://-a.example.com/',
    'https://a..example.com/',
    'https://.example.com/',
    'https://example.com../',
  ])('%s is refused', expectRefused);

  it('takes names in other scripts', () => {
    expect(judgeUrl('https://bücher.example/', none)).toMatchObject({
      ok: true,
      value: { hostname: 'xn--bcher-kva.example' },
    });
  });

  it('refuses a URL of more than 16 KiB', () => {
    expect(judgeUrl(`https://example.com/${'a'.repeat(16_364)}`, none)).toMatchObject({ ok: true });
    expectRefused(`https://example.com/${'a'.repeat(16_365)}`);
  });
});

describe('hosts that are allowed although they are private', () => {
  it('may be reached by http, on the port that was named', () => {
    expect(judgeUrl('http://127.0.0.1:8788/crm', ['127.0.0.1:8788'])).toMatchObject({ ok: true });
    expect(judgeUrl('http://0x7f.1:8788/crm', ['127.0.0.1:8788'])).toMatchObject({ ok: true });
    expect(judgeUrl('http://127.0.0.1:8789/crm', ['127.0.0.1:8788'])).toMatchObject({ ok: false });
    expect(judgeUrl('http://127.0.0.2:8788/crm', ['127.0.0.1:8788'])).toMatchObject({ ok: false });
  });

  it('may be reached on every port where none was named', () => {
    expect(judgeUrl('http://localhost:1234/', ['localhost'])).toMatchObject({ ok: true });
    expect(judgeUrl('http://[::1]:1234/', ['[::1]'])).toMatchObject({ ok: true });
  });

  it('may be named with the port that the scheme has anyway', () => {
    expect(judgeUrl('http://localhost/', ['localhost:80'])).toMatchObject({ ok: true });
    expect(judgeUrl('https://localhost/', ['localhost:443'])).toMatchObject({ ok: true });
  });

  it('still take no user name', () => {
    expect(judgeUrl('http://user@127.0.0.1:8788/', ['127.0.0.1:8788'])).toMatchObject({ ok: false });
  });
});

describe('at send time', () => {
  it.each(['https://127.0.0.1/', 'http://example.com/', 'https://localhost/', 'https://user@example.com/'])(
    'no connection is attempted to %s',
    async (url) => {
      const { ports, requests } = portsOf(() => Response.json({}));
      const outcome = await sent({ url }, ports);
      expect(isRefused(outcome, 'blocked-url')).toBe(true);
      expect(requests).toEqual([]);
    },
  );

  it('says which host, and nothing of the path or query, which may be secret', async () => {
    const { ports } = portsOf(() => Response.json({}));
    const outcome = await sent({ url: 'https://10.0.0.1/hook/s3cret?token=s3cret' }, ports);
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining('10.0.0.1') } });
    expect(JSON.stringify(outcome)).not.toContain('s3cret');
  });
});

function expectRefused(url: string): void {
  const judged = judgeUrl(url, none);
  expect(judged).toMatchObject({ ok: false, error: expect.stringMatching(/^Cannot send to this URL as /) });
}

function onPort(port: string): string {
  return `https://example.com:${port}/`;
}

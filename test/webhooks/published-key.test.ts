// Published keys over HTTPS: what is asked of a vendor's host, which answers count, and what a flood of forgeries can't do. The
// hosts are pinned and HTTPS, so that no peer of ours can stand there: the platform's fetch is stood in for.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { publishedKey } from '../../src/webhooks/published-key.ts';
import { now } from './request.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const pem = '-----BEGIN PUBLIC KEY-----\nZmFrZQ==\n-----END PUBLIC KEY-----\n';

/** Stands in for the vendor; each test has a domain of its own, as what is known of one lasts as long as the isolate. */
function vendorAnswers(answer: (asked: Request) => Response | Promise<Response>): Request[] {
  const asked: Request[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    asked.push(request);
    return answer(request);
  });
  return asked;
}

const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

function ask(url: string, at = now) {
  return publishedKey(url, { url, method: 'GET', headers: {} }, at, {});
}

const unavailable = { ok: false, error: 'key-unavailable' };

describe('a published key', () => {
  it('is fetched over HTTPS once, by GET, and then known', async () => {
    const asked = vendorAnswers(() => new Response(pem));
    expect(await ask('https://keys.once.example/1.pem')).toEqual({ ok: true, value: pem });
    expect(await ask('https://keys.once.example/1.pem', after(3599))).toEqual({ ok: true, value: pem });
    expect(asked.map(({ method, url }) => [method, url])).toEqual([
      ['GET', 'https://keys.once.example/1.pem'],
    ]);
  });

  it('is asked for with a deadline, and no redirect is followed', async () => {
    const asked = vendorAnswers(
      () => new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/' } }),
    );
    expect(await ask('https://keys.redirect.example/1.pem')).toEqual(unavailable);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.redirect).toBe('manual');
    expect(vi.mocked(fetch).mock.calls[0]?.[1]?.signal).toBeInstanceOf(AbortSignal);
  });

  it.each([204, 304, 404, 500])('is not what a %i says', async (status) => {
    vendorAnswers(() => new Response(status < 400 ? null : pem, { status }));
    expect(await ask(`https://keys.status-${status}.example/1.pem`)).toEqual(unavailable);
  });

  it('is not a page that says there is an outage', async () => {
    vendorAnswers(() => new Response('<html>back soon</html>'));
    expect(await ask('https://keys.page.example/1.pem')).toEqual(unavailable);
  });

  it.each([
    [65_536, true],
    [65_537, false],
  ])('of %i bytes is taken: %s', async (size, isTaken) => {
    vendorAnswers(() => new Response(pem.padEnd(size, '\n')));
    expect((await ask(`https://keys.size-${size}.example/1.pem`)).ok).toBe(isTaken);
  });

  it('that never ends is given up at the bound', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(16_384).fill(0x2d));
      },
    });
    vendorAnswers(() => new Response(endless));
    expect(await ask('https://keys.endless.example/1.pem')).toEqual(unavailable);
    expect(sent).toBeLessThan(10);
  });

  it('that is known outlives a day of errors, and no more', async () => {
    const url = 'https://keys.outage.example/1.pem';
    vendorAnswers(() => new Response(pem));
    await ask(url);
    vi.mocked(fetch).mockRejectedValue(new TypeError('fake outage'));
    expect(await ask(url, after(3600))).toEqual({ ok: true, value: pem });
    expect(await ask(url, after(86_399))).toEqual({ ok: true, value: pem });
    expect(await ask(url, after(86_400))).toEqual(unavailable);
  });
});

describe('a flood of forgeries that name other keys', () => {
  it('costs twenty fetches a minute, whatever hosts of a domain it names', async () => {
    const asked = vendorAnswers(() => new Response(null, { status: 404 }));
    for (let index = 0; index < 100; index += 1) await ask(`https://r${index}.keys.flood.example/1.pem`);
    expect(asked).toHaveLength(20);
    for (let index = 100; index < 200; index += 1)
      await ask(`https://r${index}.keys.flood.example/1.pem`, after(60));
    expect(asked).toHaveLength(40);
  });

  it('does not push out the key that is known', async () => {
    vendorAnswers(({ url }) =>
      url.endsWith('/good.pem') ? new Response(pem) : new Response(null, { status: 404 }),
    );
    await ask('https://keys.known.example/good.pem');
    for (let index = 0; index < 600; index += 1) await ask(`https://keys.known.example/${index}.pem`);
    vi.mocked(fetch).mockRejectedValue(new TypeError('fake outage'));
    expect(await ask('https://keys.known.example/good.pem', after(3000))).toEqual({ ok: true, value: pem });
  });

  it('keeps a new key out for the minute that it lasts, and not for longer', async () => {
    vendorAnswers(({ url }) =>
      url.endsWith('/new.pem') ? new Response(pem) : new Response(null, { status: 404 }),
    );
    for (let index = 0; index < 30; index += 1) await ask(`https://keys.late.example/${index}.pem`);
    expect(await ask('https://keys.late.example/new.pem', after(30))).toEqual(unavailable);
    expect(await ask('https://keys.late.example/new.pem', after(61))).toEqual({ ok: true, value: pem });
  });
});

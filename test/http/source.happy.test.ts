// The declared sources over the wire: what is declared of them, and when each secret was last used.
import { describe, expect, it, vi } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import { sourceDetailSchema, sourceListSchema } from '../../src/http/routes/source.ts';
import { signed, type Ask } from './box.ts';
import { makeLogBox, otherSecret, shopSecret, start, stopClock } from './delivery-box.ts';

stopClock();

async function readSource(api: Ask) {
  return sourceDetailSchema.parse(await (await api('/v1/sources/shop')).json());
}

it('the sources are listed by name, provider, evidence and workflows', async () => {
  const { api } = makeLogBox();
  const { sources } = sourceListSchema.parse(await (await api('/v1/sources')).json());
  expect(
    sources.map(({ name, provider, evidence, workflows }) => [name, provider, evidence, workflows]),
  ).toEqual([
    ['shop', 'github', 'vector', ['steps']],
    ['other', 'github', 'vector', []],
  ]);
});

it('a source tells what it takes, and for how long it keeps bodies', async () => {
  const { api } = makeLogBox({ bodyBytesMax: 1_000, keepBodySeconds: 60 });
  expect(await readSource(api)).toMatchObject({ bodyBytesMax: 1_000, keepBodySeconds: 60 });
  const plain = makeLogBox();
  expect(await readSource(plain.api)).toMatchObject({
    bodyBytesMax: limit.bodyBytesMax,
    keepBodySeconds: limit.deliveryBodyKeepSeconds,
  });
});

describe('a secret’s last use', () => {
  it('is none before the first delivery', async () => {
    const { api } = makeLogBox();
    expect((await readSource(api)).secrets).toEqual([
      { name: 'SHOP_SECRET', lastUsedAt: null, until: null, expired: false },
    ]);
  });

  it('is that of the newest delivery that it proved, accepted or not', async () => {
    const { api, send } = makeLogBox();
    await send(1);
    expect((await readSource(api)).secrets[0]?.lastUsedAt).toBe(new Date(start).toISOString());
    await send(1);
    expect((await readSource(api)).secrets[0]?.lastUsedAt).toBe(new Date(start + 1_000).toISOString());
  });

  it('is not that of a delivery that it did not prove', async () => {
    const { api, send } = makeLogBox();
    await send(1, 'push', otherSecret);
    expect((await readSource(api)).secrets[0]?.lastUsedAt).toBeNull();
  });
});

describe('a rotation', () => {
  const end = start + 60_000;
  const secrets = ['SHOP_SECRET', { name: 'OTHER_SECRET', until: new Date(end).toISOString() }];
  const statusOf = async ({ post }: ReturnType<typeof makeLogBox>, id: number, secret: string) => {
    const { init } = await signed('shop', 'github', { body: `{ "id": ${id} }` }, secret);
    return (await post(init)).status;
  };

  it('takes both secrets until the old one ends, and then the new one alone', async () => {
    const box = makeLogBox({ secrets }, 'all');
    expect([await statusOf(box, 1, shopSecret), await statusOf(box, 2, otherSecret)]).toEqual([202, 202]);
    vi.setSystemTime(end - 1);
    expect(await statusOf(box, 3, otherSecret)).toBe(202);
    vi.setSystemTime(end);
    expect([await statusOf(box, 4, otherSecret), await statusOf(box, 5, shopSecret)]).toEqual([401, 202]);
  });

  it('takes both at once: an event that comes under both starts one execution', async () => {
    const { ask, reached, settled } = makeLogBox({ secrets }, 'all');
    const both = await Promise.all(
      [shopSecret, otherSecret].map((secret) => signed('shop', 'github', { body: '{ "id": 1 }' }, secret)),
    );
    const answers = await Promise.all(both.map(({ path, init }) => ask(path, init)));
    await settled();
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const locations = answers.map(({ headers }) => headers.get('Location'));
    expect(new Set(locations).size).toBe(1);
    expect(reached).toHaveLength(2);
  });

  it('shows each secret by name with its end and its last use', async () => {
    const box = makeLogBox({ secrets }, 'all');
    await statusOf(box, 1, otherSecret);
    vi.setSystemTime(end);
    await statusOf(box, 2, shopSecret);
    expect((await readSource(box.api)).secrets).toEqual([
      { name: 'SHOP_SECRET', lastUsedAt: new Date(end).toISOString(), until: null, expired: false },
      {
        name: 'OTHER_SECRET',
        lastUsedAt: new Date(start).toISOString(),
        until: new Date(end).toISOString(),
        expired: true,
      },
    ]);
  });

  it('is judged by its eighth secret, after seven that have expired', async () => {
    const gone = { name: 'OTHER_SECRET', until: new Date(start).toISOString() };
    const box = makeLogBox({ secrets: [...Array.from({ length: 7 }, () => gone), 'SHOP_SECRET'] }, 'all');
    expect(await statusOf(box, 1, shopSecret)).toBe(202);
  });
});

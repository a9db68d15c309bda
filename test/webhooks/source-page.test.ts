// docs/sources.md names what there is: providers, their events' samples and types, and options that fit.
import { describe, expect, it } from 'vitest';
import page from '../../docs/sources.md?raw';
import { defineSource } from '../../src/core/source.ts';
import {
  genericProvider,
  providers,
  readEvents,
  verifyDelivery,
  type Provider,
  type WebhookRequest,
} from '../../src/webhooks/index.ts';
import { sampledEvents, simulateDelivery } from '../../src/webhooks/simulator/index.ts';
import { keyAlgorithm, makeKeyPair } from '../../src/webhooks/simulator/key-pair.ts';
import { now } from './request.ts';

const options = {
  header: 'X-Till-Signature',
  prefix: 'sha256=',
  signed: '{header:X-Till-Time}.{body}',
  timestamp: '{header:X-Till-Time}',
  id: ['{json:receipt}'],
  type: ['{json:event}'],
  typePrefix: 'com.example.till',
};

const sections = page
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ title: text.split('\n', 1)[0] ?? '', text }));

const vendors = sections.filter(({ text }) => text.includes('- **Traps**'));

/** Vendors and events of the commands on the page; generic has no events of its own. */
const sent = [...page.matchAll(/npx signalbox send ([a-z]+) ([^\s`]+)/g)]
  .map(([, id = '', event = '']): [string, string] => [id, event])
  .filter(([id]) => id !== 'generic');

function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

async function simulated(provider: Provider, event: string): Promise<WebhookRequest> {
  const algorithm = provider.schemes.map(keyAlgorithm).find((known) => known !== undefined);
  const keys = algorithm === undefined ? {} : { privateKey: (await makeKeyPair(algorithm)).privateKey };
  const made = await simulateDelivery(provider, event, {
    url: 'https://box.example/v1/hooks/page',
    secret: 'fake-secret-of-the-page',
    now,
    random: new Uint8Array(16),
    ...keys,
  });
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

describe('docs/sources.md', () => {
  it('has the ten, each with its source, its test and its rotation', () => {
    expect(vendors.map(({ title }) => title)).toEqual([
      'Stripe',
      'Shopify',
      'GitHub',
      'Slack',
      'Twilio',
      'HubSpot',
      'PayPal',
      'Square',
      'Zoom',
      'Discord',
    ]);
    for (const { text } of vendors) {
      for (const part of ['Where', 'Secret', 'Declare', 'Test', 'Rotation', 'Traps'])
        expect(text).toContain(`- **${part}**`);
    }
  });

  it.each(vendors)('declares $title as it can be declared', ({ text }) => {
    const [, name = '', provider = '', secret = ''] =
      /defineSource\(\{ name: '(.+)', provider: '(.+)', secrets: \['(.+)'\] \}\)/.exec(text) ?? [];
    expect(Object.keys(providers)).toContain(provider);
    expect(defineSource({ name, provider, secrets: [secret] })).toMatchObject({ name, provider });
  });

  it.each(sent)('sends %s %s, of which there is a sample', (id, event) => {
    expect(sampledEvents(providerOf(id))).toContain(event);
  });

  it.each(vendors)('names types that the events of $title have', async ({ text }) => {
    const [, id = ''] = /provider: '(.+)', secrets/.exec(text) ?? [];
    const provider = providerOf(id);
    const seen = new Set<string>();
    for (const event of sampledEvents(provider)) {
      const read = await readEvents(provider, await simulated(provider, event), { source: 'page', now });
      if (read.ok) for (const { type } of read.value) seen.add(type);
    }
    const named = [...text.matchAll(/`((?:com|us)\.[a-z]+\.[A-Za-z0-9._]+)`/g)].map(([, type]) => type);
    expect(named.length).toBeGreaterThan(0);
    for (const type of named) expect([...seen]).toContain(type);
  });

  it('shows options of the generic provider that fit, and what is sent by them is genuine', async () => {
    for (const [name, value] of Object.entries(options)) {
      const [text] = [value].flat();
      expect(page).toContain(`    ${name}: ${Array.isArray(value) ? `['${text}']` : `'${text}'`},`);
    }
    const made = genericProvider(options);
    if (!made.ok) throw new Error(made.error);
    const request = await simulated(made.value, 'sale.closed');
    expect(await verifyDelivery(made.value, request, ['fake-secret-of-the-page'], now)).toEqual({
      outcome: 'verified',
      key: 0,
    });
    expect(await readEvents(made.value, request, { source: 'till', now })).toMatchObject({
      ok: true,
      value: [{ type: 'com.example.till.sale.closed' }],
    });
  });
});

// Whatever anybody writes to the box, the answer is never a fault of ours, and every refusal is a problem document.
import * as fc from 'fast-check';
import { beforeAll, expect, it, vi } from 'vitest';
import { providers } from '../../src/webhooks/index.ts';
import { large, steps } from '../fixture/workflow.ts';
import { signSample } from '../webhooks/forgery.ts';
import { now } from '../webhooks/request.ts';
import { sampleOf } from '../webhooks/sample.ts';
import { boxOf, headersOf, origin } from './box.ts';

/** Of every vendor a source, and what it sends there. */
const genuine: {
  readonly name: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly url: string;
}[] = [];

let box: ReturnType<typeof boxOf>;

beforeAll(async () => {
  const moreSecrets: Record<string, string> = {};
  for (const [index, provider] of Object.values(providers).entries()) {
    const [scheme] = provider.schemes;
    if (scheme === undefined) throw new Error('no scheme');
    const sample = await sampleOf(provider, scheme);
    const name = `s-${provider.id}`;
    const signed = await signSample(provider, 0, sample, `${origin}/v1/hooks/${name}`);
    moreSecrets[`SECRET_${index}`] =
      typeof sample.secret === 'string' ? sample.secret : JSON.stringify(sample.secret);
    genuine.push({ name, headers: new Headers(signed.headers), body: signed.body, url: signed.url });
  }
  box = boxOf({
    sources: Object.values(providers).map(({ id }, index) => ({
      name: `s-${id}`,
      provider: id,
      secrets: [`SECRET_${index}`],
    })),
    moreSecrets,
    listeners: [[steps], [large]],
    now: () => now,
  });
});

const text = fc.oneof(
  fc.stringMatching(/^[\x20-\x7e]{0,60}$/),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e400',
    'NaN',
    'null',
    '%00',
    '%ff',
    '..',
    '*',
    '"',
    '{}',
    '[]',
    'a'.repeat(9_000),
  ),
);

const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND');

const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json({ maxDepth: 4 }).map((json) => new TextEncoder().encode(json)),
  fc.constantFrom(
    ...['{"status":"running"}', '{"count":0}', '{"length":-1}', '{"type":"a","data":1}', '[]', '"', ''].map(
      (json) => new TextEncoder().encode(json),
    ),
  ),
);

const headerName = fc.constantFrom(
  'Content-Type',
  'Content-Encoding',
  'Transfer-Encoding',
  'Content-Length',
  'Idempotency-Key',
  'Prefer',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
  'traceparent',
  'Last-Event-ID',
  'Range',
  'Host',
  'WebHook-Request-Origin',
  'X-Hook-Secret',
);

const anyHeaders = fc.array(fc.tuple(headerName, text), { maxLength: 4 });

const segment = fc.oneof(
  text.map(encodeURIComponent),
  text.map((one) => one.replaceAll(/[?#\s]/g, '')),
  fc.constantFrom('steps', 'large', 's-github', 'steps.0.11111111111', 'large.1023.zzzzzzzzzzz', 'handshake'),
);

const anyPath = fc
  .tuple(
    fc.constantFrom(
      '/v1/executions/*',
      '/v1/executions/*/events',
      '/v1/executions/*/redrives',
      '/v1/workflows/*',
      '/v1/workflows/*/executions',
      '/v1/sources/*',
      '/v1/sources/*/deliveries',
      '/v1/sources/*/deliveries/*',
      '/v1/sources/*/deliveries/*/replays',
      '/v1/sources/*/secrets/*',
      '/v1/sources/*/replays',
      '/v1/approvals/*',
      '/v1/hooks/*',
      '/*/*',
    ),
    fc.array(segment, { minLength: 2, maxLength: 2 }),
    fc.dictionary(fc.constantFrom('limit', 'cursor', 'status', 'since', 'until', 'outcome', 'x'), text, {
      maxKeys: 3,
    }),
  )
  .map(([pattern, [first = '', second = ''], query]) => {
    const path = pattern.replace('*', () => first).replace('*', () => second);
    return `${path}?${new URLSearchParams(query).toString()}`;
  });

async function expectSound(response: Response): Promise<void> {
  const body = await response.text();

  expect({ isFault: response.status >= 500, body }).toEqual({ isFault: false, body });
  expect(headersOf(response)['x-content-type-options']).toBe('nosniff');
  if (
    response.status >= 400 &&
    response.headers.get('Content-Type') === 'application/problem+json' &&
    body !== ''
  ) {
    expect(JSON.parse(body)).toMatchObject({ status: response.status });
  }
}

it('to any path, by any method, with the key or without', async () => {
  const log = vi.spyOn(console, 'error');
  await fc.assert(
    fc.asyncProperty(
      anyPath,
      method,
      anyHeaders,
      anyBody,
      fc.boolean(),
      async (path, by, more, body, hasKey) => {
        const headers = new Headers({ 'Content-Type': 'application/json' });
        for (const [name, value] of more) headers.set(name, value);
        const init = { method: by, headers, ...(['GET', 'HEAD'].includes(by) ? {} : { body }) };
        await expectSound(await (hasKey ? box.api : box.ask)(path, init));
      },
    ),
    { numRuns: 1_000 },
  );
  expect(log).not.toHaveBeenCalled();
  log.mockRestore();
});

it('to any vendor’s source, around what the vendor has signed', async () => {
  const before = box.reached.length;
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: Object.keys(providers).length - 1 }),
      method,
      anyHeaders,
      fc.option(anyBody, { nil: undefined }),
      fc.option(fc.webQueryParameters(), { nil: '' }),
      async (index, by, more, other, query) => {
        const one = genuine[index];
        if (one === undefined) throw new Error('no source');
        const headers = new Headers(one.headers);
        for (const [name, value] of more) headers.set(name, value);
        const body = other ?? one.body;
        const path = one.url.slice(origin.length);
        const sent = query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
        const init = { method: by, headers, ...(['GET', 'HEAD'].includes(by) ? {} : { body }) };
        await expectSound(await box.ask(sent, init));
      },
    ),
    { numRuns: 2_000 },
  );
  // No workflow listens to any of them.
  expect(box.reached).toHaveLength(before);
});

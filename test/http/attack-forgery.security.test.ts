// Every kind of forgery against every vendor's recipe: one and the same 401 to the byte, and no workflow object hears of it.
import { beforeAll, describe, expect, it } from 'vitest';
import { providers, type Secret, type WebhookRequest } from '../../src/webhooks/index.ts';
import { steps } from '../fixture/workflow.ts';
import {
  forgeries,
  listedWithCommas,
  requestId,
  signSample,
  withSignature,
  signatureOf,
  type Genuine,
} from '../webhooks/forgery.ts';
import { changeMiddle, now } from '../webhooks/request.ts';
import { sampleOf } from '../webhooks/sample.ts';
import { boxOf, commonHeaders, headersOf, origin } from './box.ts';

const path = '/v1/hooks/shop';

/** What becomes of every forgery: the status, the headers but for the request's id, the body, and how many objects heard of it. */
const forged = JSON.stringify([
  401,
  lines({
    ...commonHeaders,
    'content-type': 'application/problem+json',
    'www-authenticate': 'Signature realm="signalbox"',
  }),
  JSON.stringify({
    type: 'https://signalbox.dev/problems/not-genuine',
    title: 'Not genuine',
    status: 401,
    detail: 'The delivery could not be proved to come from the source.',
    instance: path,
    requestId,
  }),
  0,
]);

/** Headers in one order. */
function lines(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .toSorted();
}

function boxFor(provider: string, secret: Secret) {
  return boxOf({
    sources: [{ name: 'shop', provider, secrets: ['SAMPLE_SECRET'] }],
    moreSecrets: { SAMPLE_SECRET: typeof secret === 'string' ? secret : JSON.stringify(secret) },
    listeners: [[steps, { source: 'shop', map: () => ({ count: 0 }) }]],
    now: () => now,
  });
}

type Box = ReturnType<typeof boxFor>;

async function send({ ask, reached }: Box, { method, url, headers, body }: WebhookRequest) {
  const before = reached.length;
  const all = new Headers(headers);
  all.set('X-Request-Id', requestId);
  const response = await ask(url.slice(origin.length), { method, headers: all, body });
  return JSON.stringify([
    response.status,
    lines(headersOf(response)),
    await response.text(),
    reached.length - before,
  ]);
}

interface Case extends Genuine {
  readonly name: string;
  readonly box: Box;
}

const cases: Case[] = [];

beforeAll(async () => {
  const url = `${origin}${path}`;
  for (const provider of Object.values(providers)) {
    for (const [at, scheme] of provider.schemes.entries()) {
      const sample = await sampleOf(provider, scheme);
      const request = await signSample(provider, at, sample, url);
      const box = boxFor(provider.id, sample.secret);
      cases.push({ name: `${provider.id} ${at}`, provider, scheme, at, sample, url, request, box });
    }
  }
});

it('what the vendor signs is taken, for all 199 vendors and each of their schemes', async () => {
  const refused: string[] = [];
  for (const { name, box, request } of cases) {
    const answer = await send(box, request);
    if (!answer.startsWith('[2')) refused.push(`${name}: ${answer}`);
  }

  expect(new Set(cases.map(({ provider }) => provider.id)).size).toBe(200);
  expect(refused).toEqual([]);
});

describe('every vendor’s forger gets the same 401 to the byte', () => {
  it.each(forgeries)('%s', async (_, recipesMin, forge) => {
    const deviations: string[] = [];
    let recipes = 0;
    for (const one of cases) {
      const request = await forge(one);
      if (request === undefined) continue;
      recipes += 1;
      const answer = await send(one.box, request);
      if (answer !== forged) deviations.push(`${one.name}: ${answer}`);
    }

    expect(deviations).toEqual([]);
    expect(recipes).toBeGreaterThanOrEqual(recipesMin);
  });

  it('the secret of another source (WH-35)', async () => {
    const deviations: string[] = [];
    for (const { name, provider, sample, request } of cases) {
      const answer = await send(boxFor(provider.id, sample.otherSecret), request);
      if (answer !== forged) deviations.push(`${name}: ${answer}`);
    }

    expect(deviations).toEqual([]);
  });
});

it('a vendor that lists the signatures of a rotation is taken at any one that is right, and at none that are wrong', async () => {
  const listing = cases.filter(({ provider }) => listedWithCommas.has(provider.id));
  for (const one of listing) {
    const right = signatureOf(one);
    const wrong = changeMiddle(right);

    expect(await send(one.box, withSignature(one, `${wrong}, ${right}`))).toMatch(/^\[20/);
    expect(await send(one.box, withSignature(one, `${wrong}, ${wrong}`))).toBe(forged);
  }
  expect(listing).toHaveLength(listedWithCommas.size);
});

// Examples that vendors publish in their documents or their SDKs' tests, beside the vectors: secret, request and whether it is genuine.
import { expect, it } from 'vitest';
import { providers, verifyDelivery, type Secret } from '../../src/webhooks/index.ts';
import published from './published-example.json';
import { bytes } from './request.ts';

interface Example {
  readonly provider: string;
  readonly fact: string;
  /** Where it is published. */
  readonly source: string;
  readonly secret: Secret;
  readonly url?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly nowSeconds?: number;
  /** Why it is refused; absent where it is genuine. */
  readonly reason?: string;
}

/** A clock for schemes that know no time. */
const anyTimeSeconds = 1_795_000_000;

const examples: readonly Example[] = JSON.parse(JSON.stringify(published));

async function judge({ provider: id, secret, url, headers, body, nowSeconds }: Example): Promise<string> {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  const request = {
    method: 'POST',
    url: url ?? 'https://box.example/v1/hooks/example',
    headers: new Headers(headers),
    body: bytes(body),
  };
  const verdict = await verifyDelivery(
    provider,
    request,
    [secret],
    new Date((nowSeconds ?? anyTimeSeconds) * 1000),
  );
  return verdict.outcome === 'failed' ? verdict.reason : verdict.outcome;
}

it.each(examples)('$provider: $fact ($source)', async (example) => {
  expect(await judge(example)).toBe(example.reason ?? 'verified');
});

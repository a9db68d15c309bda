// The public vectors: what vendors' documents, their SDKs' tests and their SDKs themselves signed, and what they refuse.
import { describe, expect, it } from 'vitest';
import {
  providers,
  verifyDelivery,
  type FailureReason,
  type Secret,
  type Verdict,
  type WebhookRequest,
} from '../../src/webhooks/index.ts';
import { bytes, hex, hmacSha256 } from './request.ts';
import published from './vectors.json';

interface Vector {
  readonly id: string;
  readonly provider: string;
  readonly kind: string;
  readonly secrets: readonly Secret[];
  readonly method: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly nowSeconds?: number;
  /** Why it is refused; absent where it is genuine. */
  readonly reason?: FailureReason;
  readonly answer?: {
    readonly status?: number;
    readonly body?: string;
    readonly json?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly qsh?: string;
    readonly canonical?: string;
  };
}

const vectors: readonly Vector[] = JSON.parse(JSON.stringify(published));

/** A clock for vectors whose scheme knows no time. */
const anyTimeSeconds = 1_795_000_000;

function requestOf(vector: Vector, headers: Record<string, string> = {}): WebhookRequest {
  return {
    method: vector.method,
    url: vector.url ?? 'https://box.example/v1/hooks/vector',
    headers: new Headers({ ...vector.headers, ...headers }),
    body: bytes(vector.body ?? ''),
  };
}

function judge(vector: Vector, request = requestOf(vector), secrets = vector.secrets): Promise<Verdict> {
  const provider = providers[vector.provider];
  if (provider === undefined) throw new Error(`no provider ${vector.provider}`);
  return verifyDelivery(
    provider,
    request,
    [...secrets],
    new Date((vector.nowSeconds ?? anyTimeSeconds) * 1000),
  );
}

describe('requests', () => {
  it.each(vectors.filter(({ kind }) => kind === 'request'))('$id', async (vector) => {
    const verdict = await judge(vector);
    expect(verdict.outcome === 'failed' ? verdict.reason : 'genuine').toBe(vector.reason ?? 'genuine');
  });
});

describe('handshakes', () => {
  it.each(vectors.filter(({ kind }) => kind === 'handshake'))('$id', async (vector) => {
    // Zoom's is answered only when it is signed, as its documents say; the published vector leaves the signature out.
    const signature = vector.provider === 'zoom' ? await signZoom(vector) : {};
    const verdict = await judge(vector, requestOf(vector, signature));
    if (verdict.outcome !== 'handshake') throw new Error(JSON.stringify(verdict));
    const { response } = verdict;
    expect(response.status).toBe(vector.answer?.status);
    expect(response.headers).toMatchObject(vector.answer?.headers ?? {});
    const { body, json } = vector.answer ?? {};
    expect(json === undefined ? response.body : JSON.parse(response.body)).toEqual(
      json ?? body ?? response.body,
    );
  });
});

describe('canonical requests of Atlassian Connect', () => {
  it.each(vectors.filter(({ kind }) => kind === 'canonical'))('$id', async (vector) => {
    const text = vector.answer?.canonical;
    const digest = text === undefined ? undefined : await crypto.subtle.digest('SHA-256', bytes(text));
    const qsh = vector.answer?.qsh ?? hex(new Uint8Array(digest ?? new ArrayBuffer()));
    const segment = (value: unknown) => base64Url(bytes(JSON.stringify(value)));
    const head = segment({ typ: 'JWT', alg: 'HS256' });
    const claims = segment({ iss: 'client-key', iat: anyTimeSeconds, exp: anyTimeSeconds + 180, qsh });
    const signature = base64Url(await hmacSha256('not-a-real-shared-secret', `${head}.${claims}`));
    const request = requestOf(vector, { authorization: `JWT ${head}.${claims}.${signature}` });
    expect(await judge(vector, request, ['not-a-real-shared-secret'])).toEqual({
      outcome: 'verified',
      key: 0,
    });
  });
});

it('139 vectors are judged', () => {
  expect(vectors).toHaveLength(139);
});

async function signZoom({ secrets, body = '' }: Vector): Promise<Record<string, string>> {
  const stamp = String(anyTimeSeconds);
  const [secret] = secrets;
  const mac = await hmacSha256(typeof secret === 'string' ? secret : '', `v0:${stamp}:${body}`);
  return { 'x-zm-request-timestamp': stamp, 'x-zm-signature': `v0=${hex(mac)}` };
}

function base64Url(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { links, service } from '../fixture/life-workflow.ts';
import { start, untilFinal, untilStatus } from '../durable-objects/object.ts';
import { api, ask } from './box.ts';

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

async function send(path: string, method: string, body: unknown, headers: Record<string, string> = {}) {
  return api(path, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

const shownSchema = z.looseObject({ status: z.string() });

async function shown(response: Response) {
  return shownSchema.parse(await response.json());
}

describe('PATCH /v1/executions/{id}', () => {
  it('suspends, resumes and cancels', async () => {
    const id = await start('sleeper', { for: '1 day' });
    await untilStatus(id, 'waiting');
    const path = `/v1/executions/${id}`;
    expect(await shown(await send(path, 'PATCH', { status: 'suspended', reason: 'a look' }))).toMatchObject({
      status: 'suspended',
      reason: 'a look',
    });
    expect((await send(path, 'PATCH', { status: 'running' })).status).toBe(200);
    await untilStatus(id, 'waiting');
    expect((await send(path, 'PATCH', { status: 'cancelled' })).status).toBe(200);
    expect((await untilFinal(id)).status).toBe('cancelled');
    const refused = await send(path, 'PATCH', { status: 'running' });
    expect(refused.status).toBe(409);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('POST /v1/executions/{id}/events', () => {
  it('sends an event, and keeps it once under its key', async () => {
    const id = await start('payment', { amount: 1 });
    await untilStatus(id, 'waiting');
    const path = `/v1/executions/${id}/events`;
    for (let copy = 0; copy < 2; copy += 1) {
      const sent = await send(
        path,
        'POST',
        { type: 'paid', data: { amount: 0 } },
        { 'Idempotency-Key': '"e1"' },
      );
      expect(sent.status).toBe(202);
    }
  });
});

describe('POST /v1/executions/{id}/redrives', () => {
  it('starts a new execution and says of which', async () => {
    service.mended = false;
    const id = await start('redriven');
    await untilFinal(id);
    service.mended = true;
    const redriven = await api(`/v1/executions/${id}/redrives`, { method: 'POST' });
    expect(redriven.status).toBe(202);
    const body = z.object({ id: z.string(), redriveOf: z.literal(id) }).parse(await redriven.json());
    expect(redriven.headers.get('location')).toBe(`/v1/executions/${body.id}`);
    expect((await untilFinal(body.id)).status).toBe('completed');
  });
});

describe('/v1/approvals/{token}', () => {
  it('shows what is asked and takes one decision, without a key', async () => {
    const id = await start('approval');
    await untilStatus(id, 'waiting');
    const path = `/v1/approvals/${links.get(id)?.token}`;
    const asked = await ask(path);
    expect(await asked.json()).toMatchObject({ question: 'May it be ordered?' });
    const decide = () =>
      ask(path, {
        method: 'POST',
        body: JSON.stringify({ decision: 'approved', comment: 'yes' }),
        headers: { 'content-type': 'application/json' },
      });
    expect((await decide()).status).toBe(200);
    expect((await decide()).status).toBe(409);
    expect((await untilFinal(id)).output).toEqual({ decision: 'approved', comment: 'yes' });
  });

  it('answers a forged link with 404, and an expired one with 410', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const id = await start('approval');
    await untilStatus(id, 'waiting');
    const token = links.get(id)?.token ?? '';
    const [payload = '', mac = ''] = token.split('.');
    const flipped = mac.startsWith('A') ? `B${mac.slice(1)}` : `A${mac.slice(1)}`;
    for (const forged of [`${payload}.${flipped}`, payload, `${token}.x`, `${payload}x.${mac}`, 'x.y']) {
      expect((await ask(`/v1/approvals/${forged}`)).status).toBe(404);
    }
    vi.setSystemTime(Date.now() + 3 * 86_400_000);
    expect((await ask(`/v1/approvals/${token}`)).status).toBe(410);
  });
});

describe('GET /v1/workflows/{workflow}/executions', () => {
  it('lists the newest first in pages that link to the next', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 5; at += 1) ids.push(await start('steps', { count: 0 }));
    const listed: string[] = [];
    let path: string | undefined = '/v1/workflows/steps/executions?limit=2';
    while (path !== undefined) {
      const page = await api(path);
      expect(page.status).toBe(200);
      const { executions } = z
        .object({ executions: z.array(z.object({ id: z.string() })) })
        .parse(await page.json());
      listed.push(...executions.map(({ id }) => id));
      path = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(listed).toEqual(ids.toReversed());
  });

  it.each(['?status=done', '?limit=0', '?limit=101', '?since=yesterday', '?cursor=!', '?stauts=failed'])(
    'refuses %s',
    async (query) => {
      const refused = await api(`/v1/workflows/steps/executions${query}`);
      expect(refused.status).toBe(400);
    },
  );
});

describe('GET /v1/workflows/{workflow}', () => {
  it('tells when its schedules run next', async () => {
    const answer = await api('/v1/workflows/daily');
    expect(answer.status).toBe(200);
    const { schedules } = z
      .object({ schedules: z.array(z.object({ name: z.string(), nextRunAt: z.iso.datetime() })) })
      .parse(await answer.json());
    expect(schedules).toHaveLength(1);
    expect(Date.parse(schedules[0]?.nextRunAt ?? '')).toBeGreaterThan(Date.now());
  });
});

// Captured secrets: what is refused, and what happens where the object that keeps them can't be asked.
import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { problemOf } from './box.ts';
import { brokenSource } from './delivery-box.ts';
import { firstSecret, forgetPath, makePairingBox } from './source-box.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await reset();
});

describe('a secret can’t be forgotten', () => {
  it('where it is declared: that is the deployment’s', async () => {
    const { api, asked } = makePairingBox({ secrets: ['SHOP_SECRET'] });
    const response = await api('/v1/sources/tasks/secrets/SHOP_SECRET', { method: 'DELETE' });
    const { detail } = await problemOf(response, 409, 'conflict');
    expect(detail).toContain('SHOP_SECRET');
    expect(asked).toEqual([]);
  });

  it.each(['/v1/sources/tasks/secrets/OTHER', '/v1/sources/none/secrets/handshake'])(
    'that there is not: %s',
    async (path) => {
      const { api, asked } = makePairingBox();
      const problem = await problemOf(await api(path, { method: 'DELETE' }), 404, 'not-found');
      expect(problem.status).toBe(404);
      expect(asked).toEqual([]);
    },
  );

  it('by another method than DELETE', async () => {
    const { api } = makePairingBox();
    const response = await api(forgetPath);
    expect((await problemOf(response, 405, 'method-not-allowed')).status).toBe(405);
    expect(response.headers.get('Allow')).toBe('DELETE, OPTIONS');
  });

  it('while its object can’t be asked: 503', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { forget } = makePairingBox({ sourceObject: () => brokenSource });
    expect((await problemOf(await forget(), 503, 'unavailable')).status).toBe(503);
    expect(String(log.mock.calls[0]?.[0])).toContain('secret-not-forgotten');
  });
});

describe('while the object of a captured secret can’t be asked', () => {
  it('a delivery is a 503, which the vendor sends again', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { send } = makePairingBox({ sourceObject: () => brokenSource });
    expect((await problemOf(await send(firstSecret), 503, 'unavailable')).status).toBe(503);
  });

  it('a handshake is a 503: a 2xx would promise what is not kept', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const broken = { ...brokenSource, captured: async () => undefined };
    const { shake } = makePairingBox({ sourceObject: () => broken });
    expect((await problemOf(await shake(firstSecret), 503, 'unavailable')).status).toBe(503);
  });
});

// The log of deliveries over the wire: what is refused, and what is not there.
import { describe, expect, it, vi } from 'vitest';
import { problemOf } from './box.ts';
import { brokenSource, makeLogBox, stopClock, unknownId } from './delivery-box.ts';

stopClock();

const listPath = '/v1/sources/shop/deliveries';

it.each(['outcome=lost', 'limit=0', 'limit=101', 'cursor=x', 'since=yesterday', 'stats=1'])(
  'a list refuses ?%s',
  async (query) => {
    const { api, reached, asked } = makeLogBox();
    const problem = await problemOf(await api(`${listPath}?${query}`), 400, 'parameter-invalid');
    expect(problem['parameter']).toBe(query.split('=')[0]);
    expect([reached, asked]).toEqual([[], []]);
  },
);

it.each(['limit=1', 'limit=100'])('a list takes ?%s', async (query) => {
  const { api } = makeLogBox();
  expect((await api(`${listPath}?${query}`)).status).toBe(200);
});

it.each([unknownId, 'x', '..%2f'])('a delivery that there is not is a 404: %s', async (id) => {
  const { api } = makeLogBox();
  expect((await problemOf(await api(`${listPath}/${id}`), 404, 'not-found')).status).toBe(404);
});

it('an id that is none reaches no object', async () => {
  const { api, reached, asked } = makeLogBox();
  await problemOf(await api(`${listPath}/x`), 404, 'not-found');
  expect([reached, asked]).toEqual([[], []]);
});

it('a delivery whose workflow listens no more is a 404', async () => {
  const { id } = await makeLogBox().send(1);
  const { api } = makeLogBox({}, 'all', { listeners: [] });
  expect((await problemOf(await api(`${listPath}/${id}`), 404, 'not-found')).status).toBe(404);
});

describe.each([listPath, `${listPath}/${unknownId}`])('%s', (path) => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('does not take %s', async (method) => {
    const { api } = makeLogBox();
    const response = await api(path, { method });
    await problemOf(response, 405, 'method-not-allowed');
    expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('of a source that is not declared is a 404', async () => {
    const { api } = makeLogBox();
    const problem = await problemOf(await api(path.replace('shop', 'none')), 404, 'not-found');
    expect(problem.detail).toContain('source');
  });

  it('is a 503 where an object can’t be asked', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { api } = makeLogBox({}, 'all', { sourceObject: () => brokenSource });
    expect((await problemOf(await api(path), 503, 'unavailable')).status).toBe(503);
    expect(String(log.mock.calls[0]?.[0])).toContain('delivery-log-failed');
    log.mockRestore();
  });
});

// The declared sources: declarations that are refused, and what is not there.
import { describe, expect, it, vi } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import { sourceSchema } from '../../src/core/source.ts';
import { problemOf } from './box.ts';
import { brokenSource, makeLogBox, stopClock } from './delivery-box.ts';

stopClock();

const declaration = { name: 'shop', provider: 'github', secrets: ['NEW'] };

it.each([
  { name: 'lower', until: '2026-12-31T00:00:00Z' },
  { name: 'OLD', until: '2026-12-31' },
  { name: 'OLD', until: 'soon' },
  { name: 'OLD', until: '2026-12-31T00:00:00Z', value: 'fake' },
])('a declaration with the secret %j is refused', (secret) => {
  expect(sourceSchema.safeParse({ ...declaration, secrets: ['NEW', secret] }).success).toBe(false);
});

it.each([
  [limit.secretsPerSourceMax, true],
  [limit.secretsPerSourceMax + 1, false],
  [10, false],
])('a declaration of %d secrets is taken: %s', (count, isTaken) => {
  const secrets = Array.from({ length: count }, (_, at) => `SECRET_${at}`);
  expect(sourceSchema.safeParse({ ...declaration, secrets }).success).toBe(isTaken);
});

it.each([
  [-1, false],
  [0, true],
  [1.5, false],
  [limit.deliveryBodyKeepSecondsMax, true],
  [limit.deliveryBodyKeepSecondsMax + 1, false],
  ['7 days', false],
])('a declaration with keepBodySeconds %j is taken: %s', (keepBodySeconds, isTaken) => {
  expect(sourceSchema.safeParse({ ...declaration, keepBodySeconds }).success).toBe(isTaken);
});

describe.each(['/v1/sources', '/v1/sources/shop'])('%s', (path) => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('does not take %s', async (method) => {
    const { api } = makeLogBox();
    const response = await api(path, { method });
    await problemOf(response, 405, 'method-not-allowed');
    expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS');
  });
});

it('a source that is not declared is a 404', async () => {
  const { api } = makeLogBox();
  expect((await problemOf(await api('/v1/sources/none'), 404, 'not-found')).status).toBe(404);
});

it('a source is a 503 where an object can’t be asked', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { api } = makeLogBox({}, 'all', { sourceObject: () => brokenSource });
  expect((await problemOf(await api('/v1/sources/shop'), 503, 'unavailable')).status).toBe(503);
  expect(String(log.mock.calls[0]?.[0])).toContain('key-uses-failed');
  log.mockRestore();
});

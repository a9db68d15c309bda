// What the executions that a delivery started never keep of it: a credential, a token, a signature, a secret.
import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { limit } from '../../src/core/limit.ts';
import { deliveryAcceptedSchema } from '../../src/http/routes/hook.ts';
import { boxOf } from './box.ts';
import { deliver, listeners, rowOf } from './kept-row.ts';

afterEach(async () => {
  await reset();
});

describe('an execution keeps no', () => {
  it.each([
    ['Authorization', 'Basic ZmFrZTpmYWtl'],
    ['Cookie', 'session=fake-session'],
    ['X-Api-Key', 'fake-api-key'],
    ['X-Some-Token', 'fake-token-0123'],
    ['X-Big', 'b'.repeat(limit.deliveryHeaderLengthMax)],
    ['X-Odd', 'has fake-shop-secret-0123 in it'],
  ])('%s', async (name, value) => {
    const { executions } = await deliver('github', { headers: { [name]: value }, body: '{ "a": 1 }' });
    const { text } = await rowOf(executions[0]?.id ?? '');
    expect(text).not.toContain(value);
    expect(text).not.toContain('fake-shop-secret-0123');
  });

  it('static token, wherever the recipe has it', async () => {
    const { ask } = boxOf({ sources: [{ name: 'shop', provider: 'gitlab' }], listeners });
    const headers = { 'X-Gitlab-Token': 'fake-shop-secret-0123', 'Content-Type': 'application/json' };
    const response = await ask('/v1/hooks/shop', { method: 'POST', headers, body: '{ "a": 1 }' });
    const { executions } = deliveryAcceptedSchema.parse(await response.json());
    const { text } = await rowOf(executions[0]?.id ?? '');
    expect(text).toContain('authenticated');
    expect(text).not.toContain('fake-shop-secret-0123');
  });
});

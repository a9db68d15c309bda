import { describe, expect, it } from 'vitest';
import { parseConfig, secretParts, type Config } from '../src/config.ts';

const rootKey = 'fake-root-key-0123456789abcdef';
const env = {
  SIGNALBOX_ROOT_KEY: `${rootKey}-32`,
  SHOP_SECRET: 'fake-shop-secret',
  CRM_TOKEN: 'fake-crm-token',
};

function configOf(more: object = {}, names = ['SHOP_SECRET', 'CRM_TOKEN']): Config {
  const parsed = parseConfig({ ...env, ...more }, names);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function errorOf(given: unknown, names = ['SHOP_SECRET', 'CRM_TOKEN']): string {
  const parsed = parseConfig(given, names);
  return parsed.ok ? '' : parsed.error;
}

describe('a complete environment', () => {
  it('gives the root key and the named secrets, and no other binding', () => {
    const config = configOf({ OTHER: 'fake-other' });

    expect(config.rootKey).toBe(env.SIGNALBOX_ROOT_KEY);
    expect(config.secret('SHOP_SECRET')).toBe('fake-shop-secret');
    expect(config.secret('OTHER')).toBeUndefined();
    expect(config.secret('toString')).toBeUndefined();
  });

  it('needs no secret but the root key where none is named', () => {
    expect(configOf({}, []).secret('SHOP_SECRET')).toBeUndefined();
  });

  it('takes a root key of 32 characters and no shorter one', () => {
    const key = 'k'.repeat(32);

    expect(configOf({ SIGNALBOX_ROOT_KEY: key }).rootKey).toBe(key);
    expect(errorOf({ ...env, SIGNALBOX_ROOT_KEY: key.slice(1) })).toContain(
      'SIGNALBOX_ROOT_KEY has fewer than 32 characters',
    );
  });
});

describe('a secret that is not set', () => {
  it('is named together with every other that is missing, with what to type', () => {
    const error = errorOf({ CRM_TOKEN: '' });

    for (const name of ['SIGNALBOX_ROOT_KEY', 'SHOP_SECRET', 'CRM_TOKEN']) {
      expect(error).toContain(`\`npx wrangler secret put ${name}\``);
    }
    expect(error).toContain('.dev.vars');
  });

  it.each([[undefined], [null], ['text'], [7], [[]]])('is found where the environment is %j', (given) => {
    expect(errorOf(given)).toContain('SIGNALBOX_ROOT_KEY');
  });

  it('is one that is bound to something that is no text', () => {
    expect(errorOf({ ...env, CRM_TOKEN: { fetch: () => undefined } })).toMatch(
      /^the secret CRM_TOKEN must be set/,
    );
  });

  it('is not found in what every object inherits', () => {
    expect(errorOf(env, ['constructor'])).toContain('constructor');
  });
});

describe('a root key that no header can carry', () => {
  it.each([
    ['a space', `${rootKey} and more`],
    ['a comma', `${rootKey},and-more`],
    ['a line break', `${rootKey}\nand-more`],
    ['a letter beyond ASCII', `${rootKey}-und-öfter`],
  ])('with %s is refused', (_, key) => {
    expect(errorOf({ ...env, SIGNALBOX_ROOT_KEY: key })).toContain(
      'SIGNALBOX_ROOT_KEY has a space, a comma or a character that is not ASCII',
    );
  });
});

describe('what is written down', () => {
  it('never has a value in it, whatever is wrong', () => {
    const error = errorOf({ SIGNALBOX_ROOT_KEY: 'fake-short-key', SHOP_SECRET: 'fake-shop-secret' });

    expect(error).not.toContain('fake-short-key');
    expect(error).not.toContain('fake-shop-secret');
  });

  it('is redacted of every secret, the longer one of two that overlap first', () => {
    const { redact } = configOf({ CRM_TOKEN: 'fake-shop-secret-and-more' });

    expect(redact(`a fake-shop-secret-and-more b fake-shop-secret c ${env.SIGNALBOX_ROOT_KEY}`)).toBe(
      'a [secret] b [secret] c [secret]',
    );
  });

  it('is redacted of the parts of a secret that has several, but not of a short word', () => {
    const { redact, secretValues } = configOf({
      SHOP_SECRET: JSON.stringify({ username: 'admin', password: 'fake-password' }),
    });

    expect(redact('admin says fake-password')).toBe('admin says [secret]');
    expect(secretValues).not.toContain('admin');
  });
});

describe('a secret of several parts', () => {
  it('is a JSON object of texts', () => {
    expect(secretParts('{"id":"1","key":"2"}')).toEqual({ id: '1', key: '2' });
  });

  it.each(['fake-secret', '{not json', '{"n":1}', '["a"]', '{"a":{"b":"c"}}'])('is not %s', (value) => {
    expect(secretParts(value)).toBeUndefined();
  });
});

describe('hosts that requests may reach although they are private', () => {
  it('are a comma list in any case, with any whitespace', () => {
    const list = ' localhost:8080, 127.0.0.1:9 ,,CRM.internal';

    expect(configOf({ SIGNALBOX_ALLOW_PRIVATE_HOSTS: list }).allowedPrivateHosts).toEqual([
      'localhost:8080',
      '127.0.0.1:9',
      'crm.internal',
    ]);
  });

  it('are none unless they are named', () => {
    expect(configOf().allowedPrivateHosts).toEqual([]);
  });
});

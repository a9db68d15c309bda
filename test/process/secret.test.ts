import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { standInVars } from '../../scripts/local/crm-process.ts';
import { makeSecrets } from '../../scripts/local/secret.ts';
import { startService } from '../../scripts/local/service.ts';
import { makeTempFolder } from '../../scripts/local/temp-folder.ts';

const secrets = makeSecrets();

async function start(bindings: Readonly<Record<string, string>>): Promise<string> {
  using folder = makeTempFolder();
  await using service = await startService(inject('bundle'), {
    storage: join(folder.path, 'objects'),
    bindings: { ...bindings, ...standInVars('http://127.0.0.1:9') },
  });
  return service.url;
}

describe('a secret that is not set', () => {
  it.each(Object.keys(secrets))('%s stops the start with a message that names it', async (name) => {
    const rest = Object.fromEntries(Object.entries(secrets).filter(([other]) => other !== name));

    await expect(start(rest)).rejects.toThrow(
      new RegExp(`did not start[^]*Cannot start Signalbox[^]*${name}`),
    );
  });
});

it('starts with the secrets that .dev.vars.example names, and shows none of them', async () => {
  await expect(start(secrets)).resolves.toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

it('does not show the values of the other secrets when one is missing', async () => {
  const { CRM_TOKEN: _, ...rest } = secrets;
  const message = await start(rest).then(
    () => '',
    (error: unknown) => String(error),
  );

  expect(message).toContain('CRM_TOKEN');
  for (const value of Object.values(rest)) expect(message).not.toContain(value);
});

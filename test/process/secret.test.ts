import { join } from 'node:path';
import { unstable_readConfig as readConfig } from 'wrangler';
import { describe, expect, inject, it } from 'vitest';
import { projectFolder } from '../../scripts/local/bundle.ts';
import { standInVars } from '../../scripts/local/crm-process.ts';
import { makeSecrets } from '../../scripts/local/secret.ts';
import { startService } from '../../scripts/local/service.ts';
import { makeTempFolder } from '../../scripts/local/temp-folder.ts';

const secrets = makeSecrets();

async function start(bindings: Readonly<Record<string, string>>): Promise<string> {
  await using service = await startService(inject('bundle'), {
    storage: join(makeTempFolder(), 'objects'),
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

it('.dev.vars.example names exactly the secrets that wrangler.toml requires in every environment', () => {
  const environments = ['', 'staging', 'production'].map((env) =>
    readConfig({ config: join(projectFolder, 'wrangler.toml'), env }),
  );

  for (const { secrets: required } of environments) {
    expect(required?.required?.toSorted()).toEqual(Object.keys(secrets).toSorted());
  }
});

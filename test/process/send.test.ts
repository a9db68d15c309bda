// `npx signalbox send` against the real service: the launcher, the command line, the simulator and the receiver together.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startChild } from '../../scripts/local/child.ts';
import { pickSecret } from '../../scripts/local/secret.ts';
import { makeTempFolder } from '../../scripts/local/temp-folder.ts';
import { curlCommand } from '../../scripts/send/curl.ts';
import { Box } from './box.ts';
import { runCommand as run } from './command.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.open();
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
});

const secretOf = (name: string) => pickSecret(box.secrets, name);

async function send(provider: string, event: string, secret: string, ...more: string[]) {
  return run('send', provider, event, '--url', box.url, '--secret', secret, ...more);
}

const idIn = (heard: string) => /location: \/v1\/executions\/(\S+)/.exec(heard)?.[1] ?? '';

describe('a Shopify order', () => {
  it('is accepted, and starts the workflow that the status URL follows to its end', async () => {
    const secret = secretOf('SHOPIFY_WEBHOOK_SECRET');
    const { code, heard } = await send('shopify', 'orders/create', secret);
    expect(heard).toContain('202 Accepted');
    expect(heard).toContain(`Status: ${box.url}/v1/executions/${idIn(heard)}`);
    expect(code).toBe(0);
    expect(heard).not.toContain(secret);
    expect(await box.finish(idIn(heard))).toMatchObject({
      workflow: 'order-to-crm',
      status: 'completed',
      event: { type: 'com.shopify.orders.create' },
    });
  });

  it.each(['body', 'signature', 'secret'])('with another %s is refused', async (what) => {
    const secret = secretOf('SHOPIFY_WEBHOOK_SECRET');
    const { code, heard } = await send('shopify', 'orders/create', secret, '--tamper', what);
    expect(heard).toContain('401 Unauthorized');
    expect(code).toBe(1);
  });

  it('with another time is not sent, as Shopify signs none', async () => {
    const secret = secretOf('SHOPIFY_WEBHOOK_SECRET');
    const { code, heard } = await send('shopify', 'orders/create', secret, '--tamper', 'timestamp');
    expect(heard).toContain('Shopify signs no time that is checked');
    expect(code).toBe(2);
  });

  it('sent as three events starts three executions', async () => {
    const secret = secretOf('SHOPIFY_WEBHOOK_SECRET');
    const { code, heard } = await send('shopify', 'orders/create', secret, '--count', '3');
    expect(heard).toContain('3 × 202');
    expect(new Set(heard.match(/\/v1\/executions\/\S+/g)).size).toBe(3);
    expect(code).toBe(0);
  });
});

describe('an employee who is hired', () => {
  it('is accepted, and the onboarding runs to its end', async () => {
    const { code, heard } = await send('standardwebhooks', 'employee.hired', secretOf('HR_WEBHOOK_SECRET'));
    expect(code).toBe(0);
    expect(await box.finish(idIn(heard))).toMatchObject({ workflow: 'hr-onboarding', status: 'completed' });
  });

  it.each(['body', 'signature', 'timestamp', 'secret'])('with another %s is refused', async (what) => {
    const secret = secretOf('HR_WEBHOOK_SECRET');
    const { code, heard } = await send('standardwebhooks', 'employee.hired', secret, '--tamper', what);
    expect(heard).toContain('401 Unauthorized');
    expect(code).toBe(1);
  });
});

describe('what cannot be sent', () => {
  it.each([
    [['send', 'nobody', 'event'], "Cannot find the provider 'nobody'"],
    [['send', 'GitHub', 'push'], 'Did you mean github?'],
    [['send', 'hubpsot', 'contact.creation'], 'Did you mean hubspot?'],
    [['send', 'mail', 'event'], 'mailgun'],
    [['send', 'stripe', 'invoice.paid'], 'declare it, or give its secret with --secret'],
    [['send', 'shopify', 'orders/create', '--source', 'shopfy-orders'], 'Did you mean shopify-orders?'],
    [['send', 'stripe', 'invoice.paid', '--secret', 'fake', '--tamper', 'time'], '--tamper must be one of'],
    [['send', 'stripe', 'invoice.paid', '--secret', 'fake', '--count', '0'], '--count must be a number'],
    [['send', 'stripe', 'invoice.paid', '--secret', 'fake', '--source', 'hr-events'], 'its provider is'],
    [['send', 'stripe', 'invoice.paid', '--secret', 'fake', '--url', 'ftp://x'], 'http or https'],
    [['send', 'stripe', 'invoice.paid', '--secret', 'fake', '--url', 'http://127.0.0.1:9'], 'be reached'],
    [['send', 'stripe', 'invoice.paid', '--secret', 'fake', '--nonsense'], '--nonsense'],
    [['send', 'discord', 'ping', '--secret', 'fake'], 'npx signalbox key discord'],
    [['tell'], "Cannot run 'tell'"],
  ])('%j', async (args, reason) => {
    const { code, heard } = await run(...args);
    expect(heard).toContain(reason);
    expect(heard).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });
});

it.each([['--help'], ['send', '--help'], ['send', 'stripe', 'invoice.paid', '-h'], ['key', '--help'], []])(
  'help is given, and nothing sent: %j',
  async (...args) => {
    const { code, heard } = await run(...args.flat());
    expect(heard).toContain('npx signalbox send <provider> <event> [options]');
    expect(code).toBe(0);
  },
);

it('an event without a sample gets a plain one, and is told what may have been meant', async () => {
  const { code, heard } = await send('shopify', 'order/create', secretOf('SHOPIFY_WEBHOOK_SECRET'));
  expect(heard).toContain(
    "'order/create' has no sample of its own, and gets a plain one. Did you mean orders/create?",
  );
  expect(heard).toContain('202 Accepted');
  expect(code).toBe(0);
});

it('a key that the vendor names is named, and one that the secret does not name is no secret', async () => {
  const pair = '{"key":"fake-app","secret":"fake-secret-shown"}';
  const named = await run('send', 'pusher', 'channel_occupied', '--secret', pair, '--dry-run');
  const unnamed = await run('send', 'pusher', 'channel_occupied', '--secret', 'fake-secret-shown', '--curl');
  expect(named.heard).toContain('x-pusher-key: [secret]');
  expect(unnamed.heard).toContain("'x-pusher-key: sample-x-pusher-key'");
});

it('an event of which only the first part is given is told as far as it goes', async () => {
  const { heard } = await run('send', 'linear', 'Issue', '--secret', 'fake-secret', '--dry-run');
  expect(heard).toContain('"type":"Issue"');
});

describe('a curl command', () => {
  /** What a POSIX shell hands to curl, each argument as it is. */
  async function argumentsOf(command: string): Promise<readonly string[]> {
    const print = `'${process.execPath}' -e 'console.log(JSON.stringify(process.argv.slice(1)))' --`;
    await using shell = await startChild('sh', ['-c', `curl() { ${print} "$@"; }\n${command}`]);
    await shell.ended;
    return z.array(z.string()).parse(JSON.parse(shell.heard()));
  }

  it('is the delivery itself, quoted for a shell, and is accepted', async () => {
    const { heard } = await send('shopify', 'orders/create', secretOf('SHOPIFY_WEBHOOK_SECRET'), '--curl');
    const args = await argumentsOf(heard);
    const [body = ''] = args.slice(-1);
    const headers = args.filter((_, at) => args[at - 1] === '-H').map((line) => line.split(': ', 2));
    expect(args.slice(0, 4)).toEqual(['-i', '-X', 'POST', `${box.url}/v1/hooks/shopify-orders`]);
    const init = { method: 'POST', headers: Object.fromEntries(headers), body };
    expect((await fetch(args[3] ?? '', init)).status).toBe(202);
  });

  it('keeps what a shell would read as its own', () => {
    const body = new TextEncoder().encode(`{"text":"it's $HOME \`id\` \\"}`);
    const request = { method: 'POST', url: 'http://127.0.0.1/?a=1&b=2', headers: new Headers(), body };
    return expect(argumentsOf(curlCommand(request))).resolves.toEqual([
      '-i',
      '-X',
      'POST',
      'http://127.0.0.1/?a=1&b=2',
      '--data-raw',
      `{"text":"it's $HOME \`id\` \\"}`,
    ]);
  });

  it('shows no secret, and says where it goes', async () => {
    const { heard } = await run('send', 'telegram', 'event', '--secret', 'fake-shown-secret', '--curl');
    expect(heard).toContain("-H 'x-telegram-bot-api-secret-token: [secret]'");
    expect(heard).toContain('Put the secret where it says [secret].');
    expect(heard).not.toContain('shown');
  });
});

describe('a dry run', () => {
  it('shows the request, and sends nothing', async () => {
    const unsent = ['--url', 'http://127.0.0.1:9', '--dry-run'];
    const { code, heard } = await run('send', 'stripe', 'invoice.paid', '--secret', 'fake-secret', ...unsent);
    expect(heard).toContain('POST http://127.0.0.1:9/v1/hooks/stripe');
    expect(heard).toMatch(/stripe-signature: t=\d+,v1=[0-9a-f]{64}/);
    expect(code).toBe(0);
  });

  it.each([
    ['telegram', 'fake-shown-secret', 'x-telegram-bot-api-secret-token: [secret]'],
    [
      'chargebee',
      '{"username":"fake-user","password":"fake-password-shown"}',
      'authorization: Basic [secret]',
    ],
  ])('shows no secret, not even of %s, which shows it', async (provider, secret, line) => {
    const { heard } = await run('send', provider, 'event', '--secret', secret, '--dry-run');
    expect(heard).toContain(line);
    expect(heard).not.toContain('shown');
  });
});

it('a vendor with a key of its own is stood in for by a key pair', async () => {
  using folder = makeTempFolder();
  const file = join(folder.path, 'key.pem');
  const made = await run('key', 'discord', file);
  const publicKey = /'([0-9a-f]{64})'/.exec(made.heard)?.[1] ?? '';
  expect(readFileSync(file, 'utf8')).toContain('BEGIN PRIVATE KEY');
  expect((await run('key', 'discord', file)).heard).toContain('as it exists');
  const sent = ['send', 'discord', 'ping', '--secret', publicKey, '--private-key', file, '--dry-run'];
  const { code, heard } = await run(...sent);
  expect(heard).toMatch(/x-signature-ed25519: [0-9a-f]{128}/);
  expect(code).toBe(0);
  rmSync(file);
  expect(existsSync(file)).toBe(false);
  expect((await run(...sent)).heard).toContain('holds no private key');
});

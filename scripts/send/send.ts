// Send: `npx signalbox send <provider> <event>`: makes the delivery, shows it, sends it, shows the answer.
import { randomBytes } from 'node:crypto';
import type { WebhookRequest } from '../../src/webhooks/index.ts';
import {
  sampledEvents,
  simulateDelivery,
  tamperings,
  type SimulateError,
  type Tampering,
} from '../../src/webhooks/simulator/index.ts';
import { bold, say, tint } from '../demo/terminal.ts';
import { curlCommand } from './curl.ts';
import { readPrivateKey } from './key.ts';
import { hintOf, nearNames } from './near-name.ts';
import {
  isSuccess,
  redactorOf,
  showAnswer,
  showLine,
  showRequest,
  type Answered,
  type Redact,
} from './report.ts';
import { findProvider, findTarget, type Target } from './target.ts';
import { parseOptions, UsageError } from './usage.ts';

/** Events of one call: a load is the benchmark's business. */
const countMax = 1000;

/** How long an answer may take, in ms. */
const patienceMs = 30_000;

const options = {
  source: { type: 'string' },
  url: { type: 'string', default: 'http://127.0.0.1:8787' },
  secret: { type: 'string' },
  'private-key': { type: 'string' },
  tamper: { type: 'string' },
  count: { type: 'string', default: '1' },
  'dry-run': { type: 'boolean', default: false },
  curl: { type: 'boolean', default: false },
} as const;

/**
 * Runs the command.
 * @returns the exit code: 0 where every answer is 2xx, else 1.
 * @throws {UsageError} where there is nothing that could be sent.
 */
export async function send(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, options);
  const [providerId, event, ...others] = positionals;
  if (providerId === undefined || others.length > 0)
    throw new UsageError(
      'Cannot send as there must be a provider and an event: npx signalbox send <provider> <event>',
    );
  if (event === undefined) return listEvents(providerId);
  const tamper = readTampering(values.tamper);
  const count = readCount(values.count);
  const target = findTarget(providerId, values);
  const privateKey =
    values['private-key'] === undefined ? undefined : await readPrivateKey(values['private-key'], target);
  const redact = redactorOf(target.secret);
  const make = async (): Promise<WebhookRequest> => {
    const made = await simulateDelivery(target.provider, event, {
      url: target.url,
      secret: target.secret,
      now: new Date(),
      random: randomBytes(16),
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(tamper === undefined ? {} : { tamper }),
    });
    if (made.ok) return made.value;
    throw new UsageError(explain(made.error, target, tamper));
  };
  noteNearEvent(target, event);
  if (values.curl) {
    for (let nth = 1; nth <= count; nth += 1) showCommand(curlCommand(await make()), redact);
    return 0;
  }
  if (values['dry-run']) {
    for (let nth = 1; nth <= count; nth += 1) showRequest(await make(), redact, true);
    return 0;
  }
  return count === 1 ? sendOne(await make(), redact) : sendMany(make, count, redact);
}

function showCommand(command: string, redact: Redact): void {
  const shown = redact(command);
  say(shown);
  // Beside the command, which may go into a pipe.
  if (shown !== command) console.error('Put the secret where it says [secret].');
}

async function sendOne(request: WebhookRequest, redact: Redact): Promise<number> {
  showRequest(request, redact, false);
  const answer = await ask(request);
  showAnswer(answer, request.url, redact);
  return isSuccess(answer.status) ? 0 : 1;
}

async function sendMany(make: () => Promise<WebhookRequest>, count: number, redact: Redact): Promise<number> {
  const statuses = new Map<number, number>();
  for (let nth = 1; nth <= count; nth += 1) {
    const answer = await ask(await make());
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    showLine(nth, count, answer, redact);
  }
  say();
  say([...statuses].map(([status, times]) => `${times} × ${status}`).join(', '));
  return [...statuses.keys()].every(isSuccess) ? 0 : 1;
}

async function ask({ method, url, headers, body }: WebhookRequest): Promise<Answered> {
  const began = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers,
      // A copy whose buffer is its own: what fetch wants.
      body: new Uint8Array(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    const location = response.headers.get('location');
    return { status: response.status, location, text, tookMs: performance.now() - began };
  } catch (error) {
    const reason =
      error instanceof Error && error.name === 'TimeoutError'
        ? 'did not answer in 30 s'
        : 'cannot be reached';
    throw new UsageError(
      `${new URL(url).origin} ${reason}: start the box with \`npm run dev\`, or say where it is with --url.`,
    );
  }
}

/** An event without a sample may be a slip of the keys: the plain sample that it gets would not show it. */
function noteNearEvent({ provider }: Target, event: string): void {
  const sampled = sampledEvents(provider);
  const near = sampled.includes(event) ? [] : nearNames(event, sampled);
  if (near.length > 0)
    console.error(`'${event}' has no sample of its own, and gets a plain one.${hintOf(near)}`);
}

function listEvents(providerId: string): number {
  const provider = findProvider(providerId);
  const events = sampledEvents(provider);
  say(bold(provider.name));
  for (const event of events) say(`  npx signalbox send ${providerId} ${event}`);
  say(
    tint(
      'dim',
      events.length === 0 ? 'Any event has a plain sample.' : 'Any other event has a plain sample.',
    ),
  );
  return 0;
}

function readTampering(text: string | undefined): Tampering | undefined {
  if (text === undefined) return undefined;
  const tampering = tamperings.find((known) => known === text);
  if (tampering !== undefined) return tampering;
  throw new UsageError(`Cannot tamper with '${text}' as --tamper must be one of ${tamperings.join(', ')}.`);
}

function readCount(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= countMax) return count;
  throw new UsageError(`Cannot send '${text}' events as --count must be a number from 1 to ${countMax}.`);
}

function explain(error: SimulateError, { provider }: Target, tamper: Tampering | undefined): string {
  switch (error) {
    case 'needs-private-key':
      return `Cannot sign as ${provider.name} as it signs with a key that only it has: make one with \`npx signalbox key ${provider.id} <file>\`, put the public half where it says, and send with --private-key <file>.`;
    case 'not-covered':
      return `Cannot tamper with the ${tamper ?? 'delivery'} as ${provider.name} signs ${tamper === 'timestamp' ? 'no time that is checked' : 'something else'}: nobody could tell.`;
    case 'no-scheme':
    case 'unusable-secret':
      return `Cannot sign as ${provider.name} as the secret is not of its form.`;
    case 'unsignable-body':
      return `Cannot sign as ${provider.name} as the sample lacks what it signs.`;
    default:
      return error satisfies never;
  }
}

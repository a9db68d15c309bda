// What the tests of outbound calls share: ports whose network is a function, whose clock stands until it is moved, and whose
// connection slots are counted.
import type {
  HttpRequest,
  OutboundPorts,
  SendContext,
  SendOutcome,
} from '../../../src/engine/outbound/request.ts';
import { send } from '../../../src/engine/outbound/send.ts';

/** Worker secrets of these tests. */
export const secrets = {
  TOKEN: 'fake-token-+/=?&',
  OTHER: 'fake-other-secret',
  CLIENT: 'fake-client-secret',
};

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface TestPorts {
  readonly ports: OutboundPorts;
  /** What reached the network. */
  readonly requests: SeenRequest[];
  /** Lets time pass: whatever waits until then goes on. */
  pass(ms: number): void;
  /** Slots that are held now. */
  slotsHeld(): number;
  /** Timers that were set and neither ran out nor were given up. */
  timers(): number;
}

/** The start of the tests' clock, ms since the epoch. */
export const startedAt = Date.UTC(2026, 10, 21, 12);

export function portsOf(
  answer: (request: Request, count: number) => Response | Promise<Response>,
  more: Partial<OutboundPorts> = {},
): TestPorts {
  let now = startedAt;
  let held = 0;
  const requests: SeenRequest[] = [];
  const timers = new Set<{ readonly due: number; readonly ring: () => void }>();
  const ports: OutboundPorts = {
    fetch: async (request) => {
      const copy = request.clone();
      const headers = Object.fromEntries(copy.headers);
      requests.push({
        method: copy.method,
        url: copy.url,
        headers,
        body: new TextDecoder().decode(await copy.bytes()),
      });
      return answer(request, requests.length);
    },
    now: () => now,
    after: (ms, signal) =>
      new Promise((resolve) => {
        const timer = { due: now + ms, ring: resolve };
        timers.add(timer);
        signal.addEventListener('abort', () => {
          timers.delete(timer);
          resolve();
        });
      }),
    slot: async (signal) => {
      signal.throwIfAborted();
      held += 1;
      return () => {
        held -= 1;
      };
    },
    secret: (name) => ({ ...secrets })[name],
    allowedPrivateHosts: [],
    ...more,
  };
  return {
    ports,
    requests,
    pass: (ms) => {
      now += ms;
      for (const timer of timers) {
        if (timer.due > now) continue;
        timers.delete(timer);
        timer.ring();
      }
    },
    slotsHeld: () => held,
    timers: () => timers.size,
  };
}

export async function sent(
  request: HttpRequest,
  ports: OutboundPorts,
  more: Partial<SendContext> = {},
): Promise<SendOutcome> {
  const context = { secrets: Object.keys(secrets), signal: new AbortController().signal, ...more };
  return send(request, context, ports);
}

/** Whether a request failed for good with this code. */
export function isRefused(outcome: SendOutcome, code: string): boolean {
  return !outcome.ok && outcome.error.code === code && outcome.error.retryable === false;
}

/** Lets all that can run without I/O and timers run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

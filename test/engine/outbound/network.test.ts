// Requests over the runtime's own network, to a real server: what the fetch port's stand-ins can't prove.
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { ConnectionSlots } from '../../../durable-objects/connection-slot.ts';
import { bearer, type OutboundPorts } from '../../../src/engine/outbound/request.ts';
import { isRefused, secrets, sent } from './port.ts';

const peerUrl = inject('peerUrl');

function realPorts(): OutboundPorts {
  const slots = new ConnectionSlots();
  return {
    fetch: (request) => fetch(request),
    now: () => Date.now(),
    after: (ms, signal) => scheduler.wait(ms, { signal }),
    slot: (signal, host) => slots.take(signal, host),
    secret: (name) => ({ ...secrets })[name],
    allowedPrivateHosts: [new URL(peerUrl).host],
  };
}

const echoSchema = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });

describe('a request to a real server', () => {
  it('arrives as it was written, and its echo has no secret in it', async () => {
    const outcome = await sent(
      {
        url: `${peerUrl}/echo/written`,
        body: { total: '12.50 €' },
        headers: { authorization: bearer('TOKEN') },
        response: echoSchema,
      },
      realPorts(),
      { idempotencyKey: 'orders.0.1.2' },
    );
    expect(outcome).toMatchObject({
      ok: true,
      value: {
        status: 200,
        body: {
          body: '{"total":"12.50 €"}',
          headers: {
            authorization: 'Bearer [secret]',
            'content-type': 'application/json',
            'idempotency-key': '"orders.0.1.2"',
            'user-agent': 'Signalbox',
          },
        },
      },
    });
  });

  it('is refused where the server is private and not allowed', async () => {
    const outcome = await sent(
      { url: `${peerUrl}/echo/refused` },
      { ...realPorts(), allowedPrivateHosts: [] },
    );
    expect(isRefused(outcome, 'blocked-url')).toBe(true);
    const log: unknown = await (await fetch(`${peerUrl}/log/refused`)).json();
    expect(log).toEqual([]);
  });

  it('DN-01: that never answers is given up in time', async () => {
    const outcome = await sent({ url: `${peerUrl}/answer/slow?delay=50000`, timeout: 50 }, realPorts());
    expect(outcome).toMatchObject({ error: { code: 'timeout', retryable: true } });
  });

  it('that hangs up without an answer is a broken connection', async () => {
    const outcome = await sent({ url: `${peerUrl}/answer/gone?status=0` }, realPorts());
    expect(outcome).toMatchObject({ error: { code: 'network', retryable: true } });
  });

  it('that nobody listens at is a broken connection', async () => {
    const ports = { ...realPorts(), allowedPrivateHosts: ['127.0.0.1:1'] };
    const outcome = await sent({ url: 'http://127.0.0.1:1/' }, ports);
    expect(outcome).toMatchObject({ error: { code: 'network', retryable: true } });
  });

  it('DN-02: that answers 64 MB is cut off', async () => {
    const outcome = await sent({ url: `${peerUrl}/body/large?bytes=67108864` }, realPorts());
    expect(isRefused(outcome, 'response-too-large')).toBe(true);
  });

  it('that nobody wants any more is broken off', async () => {
    const controller = new AbortController();
    const waiting = sent({ url: `${peerUrl}/answer/unwanted?delay=1000` }, realPorts(), {
      signal: controller.signal,
    });
    controller.abort(new Error('cancelled'));
    expect(await waiting).toMatchObject({ error: { code: 'aborted' } });
  });

  it('waits for one of six connections without its time running', async () => {
    const ports = realPorts();
    const slow = Array.from({ length: 6 }, () => sent({ url: `${peerUrl}/answer/crowd?delay=3000` }, ports));
    // Less than the 3 s for which it has to queue, and enough to be answered once it does not, on a busy machine too.
    const seventh = await sent({ url: `${peerUrl}/answer/crowd`, timeout: 2_500 }, ports);
    expect(seventh).toMatchObject({ ok: true });
    for (const outcome of await Promise.all(slow)) expect(outcome).toMatchObject({ ok: true });
  });
});

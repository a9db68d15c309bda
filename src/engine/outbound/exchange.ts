// Exchange: one request on the wire and its answer: the connection slot, the timeout, the guard before each hop, the redirects.
import { limit } from '../../core/limit.ts';
import { fail, refuse } from './failure.ts';
import { isListed, judgeUrl } from './guard.ts';
import type { WireHeaders } from './header.ts';
import { type Destination, destinationOf } from './partition.ts';
import { race } from './race.ts';
import { readRateState } from './rate-state.ts';
import { afterRedirect, isRedirect } from './redirect.ts';
import type { OutboundPorts, SendFailure } from './request.ts';
import type { UpstreamReport } from './upstream.ts';

/** A request whose every part is known to be good. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: WireHeaders;
  readonly body: string | undefined;
  /** By what the peer tells its callers apart, without a secret's value; empty where it can't. */
  readonly credential: string;
  readonly redirect: 'error' | 'follow';
  readonly timeoutMs: number;
}

/** What is made of the answer; it must settle soon after `signal` aborts, and may reject where the connection breaks. */
type Read<T> = (response: Response, host: string, signal: AbortSignal) => Promise<T>;

/**
 * Sends a request and reads its answer within `timeoutMs`, which run from the moment a connection slot is held: the time in the queue
 * is ours, not the peer's. The slot is given back once the last answer's headers are there.
 * Never rejects for what the network does.
 */
export async function exchange<T>(
  wire: WireRequest,
  signal: AbortSignal,
  ports: OutboundPorts,
  read: Read<T>,
): Promise<{ readonly ok: true; readonly value: T } | SendFailure> {
  const ended = new AbortController();
  const expired = new AbortController();
  const both = AbortSignal.any([signal, expired.signal]);
  let release: (() => void) | undefined;
  let to = destinationOf(wire.url, wire.credential);
  try {
    release = await ports.slot(signal, to.host);
    void ports.after(wire.timeoutMs, ended.signal).then(
      () => {
        if (!ended.signal.aborted) expired.abort(new Error('timed out'));
      },
      () => {},
    );
    let next = wire;
    for (let hops = 0; ; hops += 1) {
      to = destinationOf(next.url, next.credential);
      const denied = await race(askUpstream(ports, to), both);
      if (denied !== undefined) return denied;
      const response = await race(ports.fetch(toRequest(next, both)), both);
      if (wire.redirect === 'error' || !isRedirect(response)) {
        release();
        release = undefined;
        await race(tellUpstream(ports, to, stateOf(response, ports.now())), both);
        return { ok: true, value: await read(response, to.host, both) };
      }
      await race(tellUpstream(ports, to, stateOf(response, ports.now())), both);
      response.body?.cancel().catch(() => {});
      const hop = hops < limit.redirectsMax ? follow(next, response, ports) : undefined;
      if (hop === undefined)
        return refuse('redirect', `${wire.url.host} redirects more than ${limit.redirectsMax} times`);
      if (!hop.ok) return hop;
      next = hop.value;
    }
  } catch (thrown) {
    if (signal.aborted) return fail('aborted', 'The request was given up', { retryable: true });
    const failure = expired.signal.aborted ? 'timeout' : 'network';
    await race(tellUpstream(ports, to, { failure }), signal).catch(() => {});
    if (failure === 'timeout') {
      return fail('timeout', `${to.host} did not answer within ${wire.timeoutMs} ms`, { retryable: true });
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return fail('network', `${to.host} could not be reached: ${message}`, { retryable: true });
  } finally {
    release?.();
    ended.abort();
  }
}

function toRequest({ method, url, headers, body }: WireRequest, signal: AbortSignal): Request {
  return new Request(url.href, {
    method,
    headers: { ...headers.common, ...headers.trusted },
    redirect: 'manual',
    signal,
    ...(body === undefined ? {} : { body }),
  });
}

function follow(
  wire: WireRequest,
  response: Response,
  ports: OutboundPorts,
): { readonly ok: true; readonly value: WireRequest } | SendFailure {
  const location = response.headers.get('location');
  const target = location === null ? null : URL.parse(location, wire.url.href);
  if (target === null) return refuse('redirect', `${wire.url.host} redirects without saying where to`);
  // A public peer may not send us to the private hosts that the author may name.
  const allowed = isListed(wire.url, ports.allowedPrivateHosts) ? ports.allowedPrivateHosts : [];
  const judged = judgeUrl(target.href, { allowed, own: ports.ownHosts });
  if (!judged.ok) return refuse('blocked-url', `${wire.url.host} redirects elsewhere. ${judged.error}`);
  return { ok: true, value: afterRedirect(wire, response.status, judged.value) };
}

async function askUpstream(ports: OutboundPorts, to: Destination): Promise<SendFailure | undefined> {
  const admission = await ports.upstream?.admit(to, ports.now());
  if (admission === undefined || admission.admitted) return undefined;
  const { reason, retryAfterMs } = admission;
  const message =
    reason === 'open'
      ? `Nothing is sent to ${to.host} for now as it kept failing`
      : `Nothing is sent to ${to.host} for now as it asked to be left alone`;
  return fail(reason === 'open' ? 'circuit-open' : 'throttled', message, { retryable: true, retryAfterMs });
}

async function tellUpstream(ports: OutboundPorts, to: Destination, report: UpstreamReport): Promise<void> {
  await ports.upstream?.report(to, report, ports.now());
}

function stateOf(response: Response, now: number): UpstreamReport {
  return { status: response.status, ...readRateState(response.headers, now) };
}

// Published key: keys that a vendor publishes under a URL: fetched from pinned hosts only, cached, and used a while longer when the
// vendor can't be reached. Forged deliveries name keys too, so fetches are counted: a flood of them costs no requests without bound.
import { err, ok, type Result } from '../core/result.ts';

export interface KeyRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface KeyAnswer {
  readonly status: number;
  readonly body: string;
}

/** The port through which keys are fetched. It throws where no answer came; it must not follow redirects. */
type FetchKey = (request: KeyRequest) => Promise<KeyAnswer>;

/** What verification needs beyond the request. */
export interface KeyPorts {
  /** Default: HTTPS with a deadline of 5 s and at most 64 KiB. */
  readonly fetchKey?: FetchKey;
}

/** Seconds for which a key is used without asking again. */
const freshSeconds = 3600;

/** Seconds for which a key is used when asking fails: a vendor's outage must not stop its deliveries. */
const staleSeconds = 86_400;

/** Seconds between two fetches of one URL: an unknown key id asks again, but not once for each forged request. */
const pauseSeconds = 60;

/** Fetches to one host within a minute. Vendors rotate a few keys a year. */
const fetchesPerHostMinute = 20;

/** Keys kept per isolate. */
const entriesMax = 128;

/** Bytes of an answer; the largest known key set (Google) has some 4 KiB. */
const answerBytesMax = 65_536;

const fetchDeadlineMs = 5000;

interface Entry {
  readonly body: string | undefined;
  readonly fetchedAt: number;
  readonly triedAt: number;
}

const entries = new Map<string, Entry>();
const hosts = new Map<string, { readonly since: number; readonly count: number }>();

/** Whether `url` is HTTPS on its standard port, without credentials, on a host and path that the patterns fit as a whole. */
export function isTrustedUrl(url: string, host: string, path = '/.*'): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    parsed.protocol === 'https:' &&
    parsed.port === '' &&
    parsed.username === '' &&
    parsed.password === '' &&
    new RegExp(`^(?:${host})$`).test(parsed.hostname) &&
    new RegExp(`^(?:${path})$`).test(parsed.pathname)
  );
}

/**
 * The body of a 200 answer to `request`, from the cache where it is fresh.
 * @param name what the answer is cached under: the URL, and the id of the key where the request names one.
 * @param isWanted whether a cached body will do; if not (an unknown key id), it is fetched again, once a minute at most.
 */
export async function publishedKey(
  name: string,
  request: KeyRequest,
  now: Date,
  ports: KeyPorts,
  isWanted: (body: string) => boolean = () => true,
): Promise<Result<string, 'key-unavailable'>> {
  const nowSeconds = now.getTime() / 1000;
  const known = entries.get(name);
  const age = known === undefined ? Infinity : nowSeconds - known.fetchedAt;
  const isUsable = known?.body !== undefined && age < staleSeconds;
  if (known?.body !== undefined && age < freshSeconds && isWanted(known.body)) return ok(known.body);
  const isPaused = known !== undefined && Math.abs(nowSeconds - known.triedAt) < pauseSeconds;
  const fetched = isPaused || !mayFetch(request.url, nowSeconds) ? undefined : await attempt(request, ports);
  if (fetched !== undefined) {
    remember(name, { body: fetched, fetchedAt: nowSeconds, triedAt: nowSeconds });
    return ok(fetched);
  }
  if (!isPaused) remember(name, { body: known?.body, fetchedAt: known?.fetchedAt ?? 0, triedAt: nowSeconds });
  return isUsable && known.body !== undefined ? ok(known.body) : err('key-unavailable');
}

async function attempt(request: KeyRequest, ports: KeyPorts): Promise<string | undefined> {
  try {
    const answer = await (ports.fetchKey ?? fetchOverHttps)(request);
    return answer.status === 200 && answer.body.length <= answerBytesMax ? answer.body : undefined;
  } catch {
    return undefined;
  }
}

/** Redirects are not followed: a redirect would lead off the pinned host. */
async function fetchOverHttps(request: KeyRequest): Promise<KeyAnswer> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(fetchDeadlineMs),
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    return { status: response.status === 200 ? 204 : response.status, body: '' };
  }
  return { status: 200, body: await readBounded(response.body) };
}

/** @throws {RangeError} past the bound; counted bytes, for a length header may lie. */
async function readBounded(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax) throw new RangeError('Cannot read the key as its answer is too long');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function mayFetch(url: string, nowSeconds: number): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  const seen = hosts.get(host);
  const isSameMinute = seen !== undefined && Math.abs(nowSeconds - seen.since) < 60;
  const count = isSameMinute ? seen.count + 1 : 1;
  hosts.set(host, { since: isSameMinute ? seen.since : nowSeconds, count });
  return count <= fetchesPerHostMinute;
}

function remember(name: string, entry: Entry): void {
  entries.delete(name);
  const [oldest] = entries.keys();
  if (entries.size >= entriesMax && oldest !== undefined) entries.delete(oldest);
  entries.set(name, entry);
}

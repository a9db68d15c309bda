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

/**
 * Fetches to one domain within a minute. Vendors rotate a few keys a year. By domain, not by host: a recipe may leave a part of the
 * host to the request (the region of SNS), and a forger would name another one each time.
 */
const fetchesPerDomainMinute = 20;

/** Answers kept per isolate. */
const answersMax = 128;

/** Addresses and domains whose last fetch is remembered per isolate: forged ones come and go here, and push out no answer. */
const triesMax = 256;

/** Bytes of an answer; the largest known key set (Google) has some 4 KiB. */
const answerBytesMax = 65_536;

const fetchDeadlineMs = 5000;

/** What vendors have answered. A forger can't put anything in, for only a 200 of a pinned host is kept. */
const answers = new Map<string, { readonly body: string; readonly fetchedAt: number }>();

/** When each address was last asked in vain, or for a key that its answer did not have. */
const tries = new Map<string, number>();

const domains = new Map<string, { readonly since: number; readonly count: number }>();

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
  const known = answers.get(name);
  const age = known === undefined ? Infinity : nowSeconds - known.fetchedAt;
  if (known !== undefined && age < freshSeconds && isWanted(known.body)) return ok(known.body);
  const triedAt = Math.max(tries.get(name) ?? -Infinity, known?.fetchedAt ?? -Infinity);
  const isPaused = Math.abs(nowSeconds - triedAt) < pauseSeconds;
  if (!isPaused && mayFetch(request.url, nowSeconds)) {
    const body = await attempt(request, ports);
    if (body !== undefined) {
      remember(answers, name, { body, fetchedAt: nowSeconds }, answersMax);
      return ok(body);
    }
    remember(tries, name, nowSeconds, triesMax);
  }
  return known !== undefined && age < staleSeconds ? ok(known.body) : err('key-unavailable');
}

async function attempt(request: KeyRequest, ports: KeyPorts): Promise<string | undefined> {
  try {
    const answer = await (ports.fetchKey ?? fetchOverHttps)(request);
    const isAnswer = answer.status === 200 && answer.body.length <= answerBytesMax && isKeyText(answer.body);
    return isAnswer ? answer.body : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it may be a key: a vendor's outage can answer 200 with a page that says so, which must not displace one. */
function isKeyText(body: string): boolean {
  return body.trimStart().startsWith('{') || body.includes('-----BEGIN ');
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
  const domain = URL.parse(url)?.hostname.split('.').slice(-2).join('.') ?? '';
  const seen = domains.get(domain);
  const isSameMinute = seen !== undefined && Math.abs(nowSeconds - seen.since) < 60;
  const count = isSameMinute ? seen.count + 1 : 1;
  remember(domains, domain, { since: isSameMinute ? seen.since : nowSeconds, count }, triesMax);
  return count <= fetchesPerDomainMinute;
}

/** Keeps a value, as the newest; past the bound the oldest goes. */
function remember<Value>(kept: Map<string, Value>, name: string, value: Value, countMax: number): void {
  kept.delete(name);
  const [oldest] = kept.keys();
  if (kept.size >= countMax && oldest !== undefined) kept.delete(oldest);
  kept.set(name, value);
}

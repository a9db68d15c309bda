// Guard: where requests may go. It stands before every hop, and judges what the WHATWG URL parser made of the text, since the same
// address has many spellings.
//
// What it can't see: which address a public name resolves to. A Worker is given no DNS answer to check, and the answer could change
// before the connection is made (rebinding). There the platform's own isolation stands: a Worker on Cloudflare's network has no
// loopback, no private network and no metadata service beside it that a request could reach. Where the Worker runs on plain workerd
// in one's own network, the runtime's `network` settings (`allow = ["public"]`, the default) refuse private addresses after the
// name is resolved.
import { limit } from '../../core/limit.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { isAddress4, specialAddress4, specialAddress6 } from './address.ts';

/** What the guard is told of this deployment. */
export interface GuardRules {
  /** `host` or `host:port` that may be reached although they are private, also by http. */
  readonly allowed: readonly string[];
  /** `host` or `host:port` of this deployment itself. */
  readonly own?: readonly string[] | undefined;
}

/** Domains whose names never resolve to a public host: RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal` (2024), and custom. */
const privateDomains = [
  'localhost',
  'local',
  'internal',
  'home.arpa',
  'lan',
  'home',
  'corp',
  'intranet',
  'private',
  'svc',
  // Google Cloud's second name for its metadata service.
  'metadata.goog',
];

/**
 * Ports that other protocols own; a browser refuses them too (https://fetch.spec.whatwg.org/#port-blocking, 2026): an HTTP request
 * can carry lines that a mail or chat server takes for commands.
 */
const otherProtocols = new Set(
  (
    '0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 ' +
    '143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 ' +
    '3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080 ' +
    // Not in the browsers' list: Redis, which runs every line that it understands.
    '6379'
  ).split(' '),
);

/** Longest name of a host, without the dot at its end, and longest label of it (RFC 1035 section 2.3.4). */
const hostLengthMax = 253;
const hostPattern = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/;

/**
 * Whether a request may go to a URL: https, to a public host, without a user name in it.
 * @returns the parsed URL, or a sentence that says what is wrong. The sentence names the host at most: a path or query may be secret.
 */
export function judgeUrl(text: string, rules: GuardRules | readonly string[]): Result<URL, string> {
  const { allowed, own = [] } = 'allowed' in rules ? rules : { allowed: rules };
  if (text.length > limit.requestUrlLengthMax)
    return refuse(`it must have at most ${limit.requestUrlLengthMax} characters: it has ${text.length}`);
  // Before parsing: the parser drops tabs and line breaks and takes backslashes for slashes, so that two readers of the same text
  // may see two hosts.
  if (/[^\x21-\x7e]|\\/.test(text.replaceAll(/[\u0080-\uffff]/g, 'x')))
    return refuse('it must have no spaces, control characters or backslashes');
  if (!/^https?:\/\/[^/]/i.test(text)) return refuse('it must begin with https:// and a host');
  // Before parsing, too: the parser drops an empty user name.
  if (/^https?:\/\/[^/?#]*@/i.test(text)) return refuse('it must have no user name or password in it');
  const url = URL.parse(text);
  if (url === null) return refuse('it must be a URL');
  if (isListed(url, own)) return refuse(`${url.host} is this service itself: invoke a workflow instead`);
  if (isListed(url, allowed)) return ok(url);
  if (url.protocol !== 'https:') return refuse(`it must be https: ${url.host} is not allowed by http`);
  const special = judgeHost(url.hostname);
  if (special !== undefined) return refuse(special);
  if (otherProtocols.has(url.port)) return refuse(`port ${url.port} is another protocol’s`);
  return ok(url);
}

/** Whether the list has this URL's host: with any port, or with this one. */
export function isListed(url: URL, hosts: readonly string[]): boolean {
  const port = url.port === '' ? { 'http:': '80', 'https:': '443' }[url.protocol] : url.port;
  return hosts.includes(url.hostname) || hosts.includes(`${url.hostname}:${port}`);
}

function judgeHost(hostname: string): string | undefined {
  const address6 = /^\[(.*)\]$/.exec(hostname)?.[1];
  if (address6 !== undefined) return describe(hostname, specialAddress6(address6));
  if (isAddress4(hostname)) return describe(hostname, specialAddress4(hostname));
  // A dot at the end says that the name is whole (RFC 1034 section 3.1): the same host.
  const name = hostname.replace(/\.$/, '');
  if (privateDomains.some((domain) => name === domain || name.endsWith(`.${domain}`)))
    return `${hostname} is not of the public internet`;
  if (!name.includes('.')) return `${hostname} has no domain: such names are of a private network`;
  if (name.length > hostLengthMax || !hostPattern.test(name))
    return 'its host must be a name of letters, digits, hyphens and dots';
  return undefined;
}

function describe(hostname: string, special: string | undefined): string | undefined {
  return special === undefined ? undefined : `${hostname} is not a public address: it is ${special}`;
}

function refuse(why: string): Result<never, string> {
  return err(`Cannot send to this URL as ${why}`);
}

// Report: what was sent and what came back, for a person to read; without any secret, wherever the vendor writes it.
import { STATUS_CODES } from 'node:http';
import type { Secret, WebhookRequest } from '../../src/webhooks/index.ts';
import { bold, say, tint } from '../demo/terminal.ts';

/** Characters of a body that are shown, unless it is a dry run. */
const bodyShownMax = 600;

/** A part of a secret that is shorter is no secret by itself (a user name), and would be redacted out of plain words. */
const redactedPartLengthMin = 8;

export type Redact = (text: string) => string;

/** Replaces the secret and its parts, as they are and as they are written into URLs, forms, JSON and Basic credentials. */
export function redactorOf(secret: Secret): Redact {
  const texts =
    typeof secret === 'string'
      ? [secret]
      : Object.values(secret).filter((part) => part.length >= redactedPartLengthMin);
  const pair =
    typeof secret === 'string' ? secret : `${secret['username'] ?? ''}:${secret['password'] ?? ''}`;
  const written = [...texts, pair].flatMap((text) => [
    text,
    encodeURIComponent(text),
    new URLSearchParams({ '': text }).toString().slice(1),
    JSON.stringify(text).slice(1, -1),
    btoa(String.fromCharCode(...new TextEncoder().encode(text))),
  ]);
  const longestFirst = [...new Set(written)]
    .filter((text) => text.length > 1)
    .toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, value) => clean.replaceAll(value, '[secret]'), text);
}

/** The request, headers and body. */
export function showRequest(request: WebhookRequest, redact: Redact, isWhole: boolean): void {
  say(bold(redact(`${request.method} ${request.url}`)));
  for (const [name, value] of request.headers) say(`  ${tint('dim', `${name}:`)} ${redact(value)}`);
  showBody(new TextDecoder().decode(request.body), redact, isWhole);
}

export interface Answered {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
  readonly tookMs: number;
}

/** The answer, and where the executions can be followed. */
export function showAnswer(answer: Answered, url: string, redact: Redact): void {
  const { status, location, text, tookMs } = answer;
  say();
  say(`${toned(status)} ${STATUS_CODES[status] ?? ''} ${tint('dim', `in ${tookMs.toFixed(0)} ms`)}`);
  if (location !== null) say(`  ${tint('dim', 'location:')} ${redact(location)}`);
  showBody(text, redact, false);
  if (location === null) return;
  say();
  say(`Status: ${redact(new URL(location, url).href)}`);
  say(tint('dim', '        with Authorization: Bearer <SIGNALBOX_ROOT_KEY>'));
}

/** One line for one of many. */
export function showLine(nth: number, of: number, answer: Answered, redact: Redact): void {
  const { status, location, tookMs } = answer;
  say(
    `${String(nth).padStart(String(of).length)}/${of}  ${toned(status)}  ${tookMs.toFixed(0)} ms  ${redact(location ?? '')}`,
  );
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function toned(status: number): string {
  return tint(isSuccess(status) ? 'good' : 'bad', String(status));
}

function showBody(text: string, redact: Redact, isWhole: boolean): void {
  if (text === '') return;
  const clean = redact(text);
  const isCut = !isWhole && clean.length > bodyShownMax;
  say();
  say(`  ${isCut ? `${clean.slice(0, bodyShownMax)}…` : clean}`);
  if (isCut) say(tint('dim', `  (${clean.length} characters; --dry-run shows them all)`));
}

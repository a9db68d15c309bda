// The stand-in CRM as another script sees it: started, asked for its log, ended.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from './child.ts';
import { type CrmLogLine, parseLog } from './crm-book.ts';
import { hearPort } from './greeting.ts';

export interface CrmOptions {
  /** The file that its log is appended to. */
  readonly log: string;
  /** The bearer tokens that it takes. */
  readonly tokens: readonly string[];
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  readonly unavailableTimes?: number;
  readonly indexingMs?: number;
  readonly latencyMs?: number;
}

export interface Crm extends AsyncDisposable {
  readonly url: string;
  readonly child: Child;
  /** What it has logged so far, oldest first. */
  readonly log: () => CrmLogLine[];
}

/**
 * Starts the CRM in a process of its own and waits until it listens.
 * @throws {Error} with what it said, where it can't.
 */
export async function startCrm(options: CrmOptions): Promise<Crm> {
  const { log, tokens, port = 0, unavailableTimes = 2, indexingMs = 4000, latencyMs = 0 } = options;
  const flags = {
    log,
    port,
    unavailable: unavailableTimes,
    'indexing-ms': indexingMs,
    'latency-ms': latencyMs,
  };
  const program = fileURLToPath(new URL('crm.ts', import.meta.url));
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const child = await startChild(process.execPath, [program, ...args], {
    env: { ...process.env, CRM_TOKENS: tokens.join(',') },
  });
  if (child.process.stdout === null) throw new Error('The CRM has no stdout');
  const listening = await hearPort('The stand-in CRM', child, child.process.stdout, 'listening');
  return {
    url: `http://127.0.0.1:${listening}`,
    child,
    log: () => parseLog(readFileSync(log, 'utf8')),
    [Symbol.asyncDispose]: () => child.end('SIGKILL'),
  };
}

/** The vars of wrangler.toml that make every bundled workflow call the stand-in instead of the real systems. */
export function standInVars(crmUrl: string): Record<string, string> {
  return {
    CRM_URL: crmUrl,
    DIRECTORY_URL: `${crmUrl}/directory`,
    MAIL_URL: `${crmUrl}/mail`,
    CHAT_URL: `${crmUrl}/chat`,
    TRAINING_URL: `${crmUrl}/training`,
    // A private address, which no workflow may reach unless it is named.
    SIGNALBOX_ALLOW_PRIVATE_HOSTS: new URL(crmUrl).host,
  };
}

// The service on plain workerd: the same runtime as Cloudflare's edge, one process that a SIGKILL truly ends, storage on disk.
// (`wrangler dev` runs the same runtime behind a proxy process; there a kill would hit the wrong one.)
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Bundle } from './bundle.ts';
import { startChild, type Child } from './child.ts';
import { hearPort } from './greeting.ts';
import { isPortFree } from './port.ts';

export interface ServiceOptions {
  /** Folder of the Durable Objects' databases: a service that is started on it again goes on where the last one was. */
  readonly storage: string;
  /** Secrets, and plain configuration that differs from wrangler.toml. */
  readonly bindings: Readonly<Record<string, string>>;
  /** 0 (the default) takes a free one. */
  readonly port?: number;
}

export interface Service extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** What it has said on its console. */
  readonly heard: () => string;
  /** SIGKILL to workerd itself: nothing is flushed, nothing is said goodbye to. */
  readonly kill: () => Promise<void>;
}

/**
 * Serves the bundle on 127.0.0.1 and waits until it listens.
 * @throws {Error} where the port is taken, or with what workerd said where the Worker does not start.
 */
export async function startService(bundle: Bundle, options: ServiceOptions): Promise<Service> {
  const { storage, bindings, port = 0 } = options;
  if (port !== 0 && !(await isPortFree(port))) {
    throw new Error(
      `Cannot listen on 127.0.0.1:${port} as another process does: end it, or choose another port.`,
    );
  }
  mkdirSync(storage, { recursive: true });
  // Beside the bundle, which it embeds by a relative path; under a name of its own, as services may start side by side.
  const configFile = join(dirname(bundle.file), `${randomUUID()}.capnp`);
  writeFileSync(configFile, toCapnp(bundle, storage, { ...bundle.vars, ...bindings }), { mode: 0o600 });

  const args = ['serve', '--control-fd=3', `--socket-addr=http=127.0.0.1:${port}`, configFile];
  const child = await startChild(workerdProgram(), args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  // It is read once, and has secrets in it.
  const listening = await hearPort('Signalbox', child, controlStream(child), 'port').finally(() =>
    rmSync(configFile),
  );
  const kill = (): Promise<void> => child.end('SIGKILL');
  return {
    url: `http://127.0.0.1:${listening}`,
    port: listening,
    pid: child.pid,
    heard: child.heard,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

/** The real binary of the workerd that wrangler brings: its npm bin is a wrapper, and a kill of that would orphan this. */
function workerdProgram(): string {
  const requireOfWrangler = createRequire(createRequire(import.meta.url).resolve('wrangler/package.json'));
  return z.object({ default: z.string() }).parse(requireOfWrangler('workerd')).default;
}

function controlStream(child: Child): Readable {
  const stream = child.process.stdio[3];
  if (stream === null || stream === undefined || !('read' in stream))
    throw new Error('workerd has no control pipe');
  return stream;
}

/** The configuration as workerd reads it (workerd's src/workerd/server/workerd.capnp). */
function toCapnp(bundle: Bundle, storage: string, texts: Readonly<Record<string, string>>): string {
  const module = basename(bundle.file);
  const bindings = [
    ...bundle.objects.map(
      ({ binding, className }) => `(name = ${quote(binding)}, durableObjectNamespace = ${quote(className)})`,
    ),
    ...Object.entries(texts).map(([name, text]) => `(name = ${quote(name)}, text = ${quote(text)})`),
  ];
  const namespaces = bundle.objects.map(
    ({ className }) =>
      `(className = ${quote(className)}, uniqueKey = ${quote(`signalbox-${className}`)}, enableSql = true)`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "signalbox", worker = .signalbox),
    # The stand-in CRM listens on loopback: workerd's default network would refuse to reach it.
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    (name = "storage", disk = (path = ${quote(storage)}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "signalbox")],
);
const signalbox :Workerd.Worker = (
  modules = [(name = ${quote(module)}, esModule = embed ${quote(module)})],
  compatibilityDate = ${quote(bundle.compatibilityDate)},
  compatibilityFlags = [${bundle.compatibilityFlags.map(quote).join(', ')}],
  bindings = [${bindings.join(', ')}],
  durableObjectNamespaces = [${namespaces.join(', ')}],
  durableObjectStorage = (localDisk = "storage"),
);
`;
}

/** A text in Cap'n Proto's quotes; control characters as \xNN. */
function quote(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, String.raw`\$&`);
  return `"${escaped.replaceAll(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : character;
  })}"`;
}

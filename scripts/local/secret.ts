// Secrets for this machine: random, obviously fake, named by .dev.vars.example alone.
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { projectFolder } from './bundle.ts';

/** Values by name. */
export type Secrets = Readonly<Record<string, string>>;

/** A fresh value for every secret that .dev.vars.example names. */
export function makeSecrets(): Secrets {
  const template = readVars(join(projectFolder, '.dev.vars.example'));
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, fill(value)]));
}

/** The secrets of `.dev.vars`, with those it lacks added to the file; `added` names them. */
export function keepSecrets(): { readonly secrets: Secrets; readonly added: readonly string[] } {
  const file = join(projectFolder, '.dev.vars');
  const kept = existsSync(file) ? readVars(file) : {};
  const added = Object.entries(makeSecrets()).filter(([name]) => !(name in kept));
  if (added.length > 0) {
    const lines = added.map(([name, value]) => `${name}="${value}"\n`);
    appendFileSync(file, `\n${lines.join('')}`, { mode: 0o600 });
  }
  return { secrets: { ...Object.fromEntries(added), ...kept }, added: added.map(([name]) => name) };
}

/**
 * One secret of those made or kept.
 * @throws {Error} where .dev.vars.example does not name it.
 */
export function pickSecret(secrets: Secrets, name: string): string {
  const value = secrets[name];
  if (value === undefined) throw new Error(`Cannot find the secret ${name}: .dev.vars.example must name it`);
  return value;
}

function readVars(file: string): Record<string, string> {
  const vars = parseEnv(readFileSync(file, 'utf8'));
  return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, value ?? '']));
}

function fill(template: string): string {
  return template
    .replace('<random>', () => randomBytes(24).toString('hex'))
    .replace('<base64>', () => randomBytes(24).toString('base64'));
}

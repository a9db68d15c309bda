// Config: what the environment must give the box before it starts: the root key, the secrets that sources and workflows name,
// and a few plain settings. Read once; values are never in an error.
import * as z from 'zod';
import { err, ok, type Result } from './core/result.ts';

/** Name of the secret that opens the management API. */
const rootKeyName = 'SIGNALBOX_ROOT_KEY';

/** Characters of the root key, at least: 32 hex digits are 128 bits, which nobody guesses. */
const rootKeyLengthMin = 32;

/** A part of a secret that is shorter is no secret by itself (a user name, an account id), and would be redacted out of plain words. */
const redactedPartLengthMin = 8;

export interface Config {
  readonly rootKey: string;
  /** The value of a secret that was named to {@link parseConfig}; undefined for every other name. */
  readonly secret: (name: string) => string | undefined;
  /** Everything that may not be written down: the values of all secrets, and the parts of those that are JSON objects. */
  readonly secretValues: readonly string[];
  /** Origin of the service as its callers reach it, without a slash at its end: the links of approvals begin with it. */
  readonly publicUrl: string;
  /** Hosts (`host` or `host:port`, lower case) that requests may reach although they are private: for local work. */
  readonly allowedPrivateHosts: readonly string[];
  /** The text with every secret replaced by `[secret]`: for what is logged. */
  readonly redact: (text: string) => string;
}

/** A bearer token must fit a header and stand alone in it: visible ASCII without a comma (RFC 9110 sections 5.5 and 5.6.1). */
const rootKeySchema = z
  .string('is not set')
  .min(1, 'is not set')
  .min(rootKeyLengthMin, `has fewer than ${rootKeyLengthMin} characters`)
  .regex(/^[\x21-\x2b\x2d-\x7e]*$/, 'has a space, a comma or a character that is not ASCII');

const secretSchema = z.string('is not set').min(1, 'is not set');

/** Empty where it is not set: links are paths then. */
const publicUrlSchema = z
  .union(
    [z.literal(''), z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)],
    'is no URL',
  )
  .default('');

const hostListSchema = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
  );

/**
 * Reads the configuration from the Worker's environment.
 * @param secretNames the secrets that the declared sources and workflows name, beside the root key
 * @returns the config, or one sentence or more that names everything that is missing or wrong, and what to type. No values.
 */
export function parseConfig(env: unknown, secretNames: readonly string[]): Result<Config, string> {
  const schema = z.object({
    [rootKeyName]: rootKeySchema,
    SIGNALBOX_ALLOW_PRIVATE_HOSTS: hostListSchema,
    SIGNALBOX_PUBLIC_URL: publicUrlSchema,
    secrets: z.object(Object.fromEntries(secretNames.map((name) => [name, secretSchema]))),
  });
  // The same environment twice, so that secrets, whose names are the owner's, lie apart from the settings, whose names are ours.
  const parsed = schema.safeParse({ ...toRecord(env), secrets: env });
  if (!parsed.success) return err(explain(parsed.error));
  const {
    [rootKeyName]: rootKey,
    SIGNALBOX_ALLOW_PRIVATE_HOSTS: allowedPrivateHosts,
    SIGNALBOX_PUBLIC_URL: publicUrl,
    secrets,
  } = parsed.data;
  const byName = new Map([[rootKeyName, rootKey], ...Object.entries(secrets)]);
  const secretValues = [...new Set([...byName.values()].flatMap(sensitiveTexts))].toSorted(
    // A secret may be a part of another: the longer one has to go first.
    (a, b) => b.length - a.length,
  );
  return ok({
    rootKey,
    secret: (name) => byName.get(name),
    secretValues,
    allowedPrivateHosts,
    publicUrl,
    redact: (text) => secretValues.reduce((clean, value) => clean.replaceAll(value, '[secret]'), text),
  });
}

function toRecord(env: unknown): object {
  return typeof env === 'object' && env !== null ? env : {};
}

/** Names all that is missing in one sentence: who sets up a box wants to type once, not to start it once for each secret. */
function explain(error: z.ZodError): string {
  const missing = new Set<string>();
  const wrong: string[] = [];
  for (const { path, message } of error.issues) {
    const name = String(path.at(-1));
    if (message === 'is not set') missing.add(name);
    else if (!missing.has(name)) wrong.push(`${name} ${message}`);
  }
  const sentences: string[] = [];
  if (missing.size > 0) {
    const names = [...missing];
    const commands = names.map((name) => `\`npx wrangler secret put ${name}\``).join(', ');
    sentences.push(
      `${names.length === 1 ? 'the secret' : 'the secrets'} ${names.join(', ')} must be set: type ${commands} for a deployment, or write ${names.length === 1 ? 'it' : 'them'} to .dev.vars for local work.`,
    );
  }
  if (wrong.length > 0) {
    sentences.push(
      `${wrong.join('; ')}: set another value, such as what \`openssl rand -hex 32\` prints for ${rootKeyName}.`,
    );
  }
  return sentences.join(' ');
}

/** A secret's value and, where it is a JSON object of parts, those of its parts that can be recognised. */
function sensitiveTexts(value: string): readonly string[] {
  return [
    value,
    ...Object.values(secretParts(value) ?? {}).filter((part) => part.length >= redactedPartLengthMin),
  ];
}

const partsSchema = z.record(z.string(), z.string());

/**
 * The named parts of a secret that has several, written as a JSON object of texts (`{"username":"…","password":"…"}`);
 * undefined where the value is one text.
 */
export function secretParts(value: string): Readonly<Record<string, string>> | undefined {
  if (!value.startsWith('{')) return undefined;
  try {
    return partsSchema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

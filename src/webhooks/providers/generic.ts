// Generic: a vendor that is not in the catalogue. The owner's options become a recipe of the same kind as the others.
import * as z from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
import { defineProvider, type Provider, type Scheme } from '../provider.ts';
import type { SignatureFormat } from '../signature.ts';
import { compileTemplate } from '../template.ts';

const templateSchema = z
  .string()
  .min(1)
  .max(512)
  .refine(
    isTemplate,
    'must be text with placeholders such as {body}, {timestamp}, {header:name}, {json:path}',
  );

const headerNameSchema = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header');

/** The options of a source whose provider is `generic`; all of them have a default. */
const genericOptionsSchema = z.strictObject({
  /** `hmac`: signed with the secret · `token`: the header shows the secret, which authenticates but verifies nothing. */
  scheme: z.enum(['hmac', 'token']).default('hmac'),
  /** Header with the signature or token. */
  header: headerNameSchema.default('X-Signature'),
  algorithm: z.enum(['sha1', 'sha256', 'sha384', 'sha512']).default('sha256'),
  encoding: z.enum(['hex', 'base64', 'base64url']).default('hex'),
  /** What stands before the signature, such as `sha256=`; required where given. */
  prefix: z.string().max(32).optional(),
  /** Separates several signatures in the header: any one that matches will do. */
  separator: z.enum([',', ' ', ';']).optional(),
  /** Names of the pairs in a header such as `t=…,v1=…`: its signature, and (as `{field:…}`) its timestamp. */
  signatureField: z.string().min(1).max(32).optional(),
  /** What is signed. */
  signed: templateSchema.default('{body}'),
  /** Where the time of signing stands, such as `{header:X-Timestamp}` or `{field:t}`; it has to be part of what is signed. */
  timestamp: templateSchema.optional(),
  timestampUnit: z.enum(['s', 'ms', 'iso']).default('s'),
  toleranceSeconds: z.int().min(1).max(86_400).default(300),
  /** How the secret's text becomes the key. */
  key: z.enum(['utf8', 'hex', 'base64', 'whsec']).default('utf8'),
  /** Places of the event's id, type, subject: the first that has a value. */
  id: z.array(templateSchema).max(8).default(['{header:X-Event-Id}', '{json:id}']),
  type: z.array(templateSchema).max(8).default(['{header:X-Event-Type}', '{json:type}']),
  subject: z.array(templateSchema).max(8).default([]),
  /** Reverse-DNS prefix of the types. */
  typePrefix: z
    .string()
    .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, 'must be a reverse-DNS name')
    .max(64)
    .default('webhook'),
  /** Dotted path of an array whose items are events. */
  batch: z.string().max(128).optional(),
  bodies: z
    .array(z.enum(['json', 'form', 'empty']))
    .min(1)
    .default(['json']),
});

export type GenericOptions = z.input<typeof genericOptionsSchema>;

/** The provider that the options describe; the error is what is wrong with them, in words for their owner. */
export function genericProvider(options: unknown): Result<Provider, string> {
  const parsed = genericOptionsSchema.safeParse(options);
  if (!parsed.success) return err(z.prettifyError(parsed.error));
  const chosen = parsed.data;
  if (
    chosen.scheme === 'hmac' &&
    chosen.timestamp !== undefined &&
    !covers(chosen.signed, chosen.timestamp)
  ) {
    return err(
      `Cannot trust the timestamp ${chosen.timestamp} as it must be part of what is signed: ${chosen.signed}`,
    );
  }
  return ok(
    defineProvider({
      id: 'generic',
      name: 'Generic',
      schemes: [toScheme(chosen)],
      events: {
        prefix: chosen.typePrefix,
        bodies: chosen.bodies,
        id: chosen.id,
        type: chosen.type,
        subject: chosen.subject,
        ...(chosen.batch === undefined ? {} : { batch: [chosen.batch] }),
      },
      rotation: 'as many secrets as the source names',
      evidence: 'docs',
    }),
  );
}

type Chosen = z.output<typeof genericOptionsSchema>;

function toScheme(chosen: Chosen): Scheme {
  const at = [`{header:${chosen.header}}`];
  if (chosen.scheme === 'token') return { kind: 'static-token', at, written: ['plain', 'bearer', 'basic'] };
  const hashes = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;
  return {
    kind: 'hmac',
    hash: hashes[chosen.algorithm],
    signature: { at, encoding: chosen.encoding, format: toFormat(chosen) },
    signed: chosen.signed,
    ...(chosen.timestamp === undefined
      ? {}
      : {
          timestamp: {
            at: chosen.timestamp,
            unit: chosen.timestampUnit,
            toleranceSeconds: chosen.toleranceSeconds,
          },
        }),
    key: chosen.key,
  };
}

function toFormat(chosen: Chosen): SignatureFormat {
  const prefix = chosen.prefix === undefined ? {} : { prefix: chosen.prefix };
  if (chosen.signatureField !== undefined) {
    return { kind: 'pairs', separator: chosen.separator ?? ',', signature: chosen.signatureField };
  }
  if (chosen.separator !== undefined) return { kind: 'list', separator: chosen.separator, ...prefix };
  return { kind: 'bare', ...prefix };
}

function covers(signed: string, timestamp: string): boolean {
  return signed.includes('{timestamp}') || signed.includes(timestamp);
}

function isTemplate(text: string): boolean {
  try {
    compileTemplate(text);
    return true;
  } catch {
    return false;
  }
}

const defaults = genericProvider({});

/** HMAC-SHA256 in hex over the body in `X-Signature`: what `generic` means without options. */
export const generic: Provider = defaults.ok ? defaults.value : neverDefault(defaults.error);

function neverDefault(problem: string): never {
  throw new TypeError(`Cannot make the generic provider: ${problem}`);
}

// Source: one vendor account's webhook endpoint, as its owner declares it: a provider, the names of its secrets, its rules.
import * as z from 'zod';
import { limit } from './limit.ts';

const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens, at most 63 characters');

/** Names of Worker secrets: as wrangler takes them. */
const secretNameSchema = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,127}$/, 'must be UPPER_CASE, as a Worker secret is named');

/** A name, or a name and the moment (RFC 3339) from which it proves nothing: the overlap of a rotation. */
const sourceSecretSchema = z
  .union([
    secretNameSchema.transform((name) => ({ name })),
    z.strictObject({
      name: secretNameSchema,
      until: z.iso.datetime({ offset: true }),
    }),
  ])
  .transform((secret): SourceSecret => secret);

/** A secret of a source by its name. */
export interface SourceSecret {
  readonly name: string;
  /** RFC 3339; absent: it does not expire. */
  readonly until?: string;
}

/** How many, in how long: `limit` per `windowSeconds`, of which `burst` (default: `limit`) may come at once. */
export const rateLimitPolicySchema = z.strictObject({
  limit: z.int().min(1).max(1_000_000),
  windowSeconds: z.int().min(1).max(86_400),
  burst: z.int().min(1).max(1_000_000).optional(),
});

export const sourceSchema = z.strictObject({
  /** The last part of its URL: `/v1/hooks/{name}`. */
  name: nameSchema,
  /** A key of `providers` in src/webhooks. */
  provider: z.string(),
  /**
   * Names of the Worker secrets that may have signed a delivery, newest first; several during a rotation, at most 8. One with an
   * `until` proves nothing from then on.
   * Where a vendor's secret has several parts, the secret's value is a JSON object of them.
   */
  secrets: z.array(sourceSecretSchema).max(limit.secretsPerSourceMax),
  /** Options of the `generic` provider (its header, algorithm, encoding …). */
  options: z.record(z.string(), z.unknown()).optional(),
  bodyBytesMax: z.int().min(1).max(limit.bodyBytesCeiling).default(limit.bodyBytesMax),
  /**
   * How long the raw body of a delivery is shown, judged again and replayed; 0: not at all, and none is kept. One that started nothing
   * is dropped then; one that started executions is purged with them, and not shown or replayed meanwhile.
   */
  keepBodySeconds: z
    .int()
    .min(0)
    .max(limit.deliveryBodyKeepSecondsMax)
    .default(limit.deliveryBodyKeepSeconds),
  /** Deliveries this source may send to one workflow. */
  rate: rateLimitPolicySchema.optional(),
});

export type Source = z.infer<typeof sourceSchema>;

/**
 * Declares a source.
 * @throws {z.ZodError} at start where a name or a bound is wrong: a declaration is code, so a wrong one is a bug.
 */
export function defineSource(declaration: z.input<typeof sourceSchema>): Source {
  return sourceSchema.parse(declaration);
}

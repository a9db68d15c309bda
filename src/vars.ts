// Vars: the plain configuration of the bundled workflows, from `[vars]` of wrangler.toml.
import * as z from 'zod';

const baseUrlSchema = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !url.endsWith('/'), 'must not end with a slash');

const varsSchema = z.object({
  /** Base URLs of the systems that the workflows call. */
  CRM_URL: baseUrlSchema,
  DIRECTORY_URL: baseUrlSchema,
  MAIL_URL: baseUrlSchema,
  CHAT_URL: baseUrlSchema,
  TRAINING_URL: baseUrlSchema,
});

export type Vars = z.infer<typeof varsSchema>;

/**
 * Reads the vars, once, at start.
 * @throws {Error} with a sentence that names every var that is missing or wrong.
 */
export function readVars(env: unknown): Vars {
  const parsed = varsSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Error(`Cannot start Signalbox as [vars] in wrangler.toml must be complete: ${wrong}`);
}

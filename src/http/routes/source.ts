// Source: `/v1/sources` and `/v1/sources/{source}`, what is declared of a source, and which of its secrets is in use.
import * as z from 'zod';
import type { KeyUse } from '../../core/delivery-log.ts';
import { err, ok } from '../../core/result.ts';
import { listeningObjects, type LogParts } from '../delivery-list.ts';
import { unavailable } from '../dispatch.ts';
import type { Endpoint } from '../endpoint.ts';
import { jsonAnswer, type Resource } from '../exchange.ts';
import { currentKeys } from '../judge.ts';

const declaredSchema = z.object({
  name: z.string(),
  provider: z.string(),
  /** How well the provider's recipe is known. */
  evidence: z.string(),
  experimental: z.boolean(),
  /** Workflows that listen to it. */
  workflows: z.array(z.string()),
  links: z.object({ self: z.string(), hook: z.string(), deliveries: z.string(), replays: z.string() }),
});

/** The body of a 200 of the list. */
export const sourceListSchema = z.object({ sources: z.array(declaredSchema) });

/** The body of a 200 of one source. Secrets by name (`handshake`: it came in one); their values are nowhere to be had. */
export const sourceDetailSchema = declaredSchema.extend({
  secrets: z.array(
    z.object({
      name: z.string(),
      /** When it last proved a delivery, as far back as the log looks. */
      lastUsedAt: z.iso.datetime().nullable(),
      /** From when it proves nothing; null: it does not expire. */
      until: z.iso.datetime().nullable(),
      expired: z.boolean(),
    }),
  ),
  bodyBytesMax: z.int(),
  keepBodySeconds: z.int(),
});

export interface SourceParts extends LogParts {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

const headers = { 'Cache-Control': 'private, no-cache' };

/** Lists the declared sources. */
export function sourcesRoute({ endpoints }: SourceParts): Resource {
  return {
    GET: async () => {
      const body: z.infer<typeof sourceListSchema> = { sources: [...endpoints.values()].map(showDeclared) };
      return ok(jsonAnswer(200, body, headers));
    },
  };
}

/** Shows one source. */
export function sourceRoute({ endpoints, objectOf, sourceObject }: SourceParts): Resource {
  return {
    GET: async (exchange) => {
      const endpoint = endpoints.get(exchange.param('source'));
      if (endpoint === undefined) return err({ kind: 'not-found', what: 'source' });
      const { name, bodyBytesMax, keepBodySeconds } = endpoint.source;
      let uses: KeyUse[];
      let keys = endpoint.keys;
      try {
        const asked = listeningObjects(endpoint, objectOf).map((object) => object.keyUses(name));
        uses = (await Promise.all([...asked, sourceObject(name).keyUses()])).flat();
        if (endpoint.paired !== undefined) keys = await currentKeys(endpoint, exchange.now);
      } catch (fault) {
        exchange.report('key-uses-failed', fault);
        return err(unavailable);
      }
      const body: z.infer<typeof sourceDetailSchema> = {
        ...showDeclared(endpoint),
        secrets: keys.map((secret) => ({
          name: secret.name,
          lastUsedAt: lastUse(secret.name, uses),
          until: secret.until === undefined ? null : new Date(secret.until).toISOString(),
          expired: secret.until !== undefined && secret.until <= exchange.now.getTime(),
        })),
        bodyBytesMax,
        keepBodySeconds,
      };
      return ok(jsonAnswer(200, body, headers));
    },
  };
}

function lastUse(secret: string, uses: readonly KeyUse[]): string | null {
  const at = uses.filter(({ name }) => name === secret).map((use) => use.at);
  return at.length === 0 ? null : new Date(Math.max(...at)).toISOString();
}

function showDeclared({ source: { name, provider: id }, provider, listeners }: Endpoint) {
  const self = `/v1/sources/${name}`;
  return {
    name,
    provider: id,
    evidence: provider.evidence,
    experimental: provider.experimental,
    workflows: listeners.map(({ workflow }) => workflow.name),
    links: {
      self,
      hook: `/v1/hooks/${name}`,
      deliveries: `${self}/deliveries`,
      replays: `${self}/replays`,
    },
  };
}

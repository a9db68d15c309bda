// Source secret: `/v1/sources/{source}/secrets/{name}`: a secret that a handshake brought is forgotten here, so that the next one may
// bring another. Declared ones are the deployment's, and are not to be had or changed here.
import { err, ok } from '../../core/result.ts';
import type { SourceObjectOf } from '../delivery-recorder.ts';
import { unavailable } from '../dispatch.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Resource } from '../exchange.ts';
import { pairedKeyName } from '../judge.ts';

export interface SourceSecretParts {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly sourceObject: SourceObjectOf;
}

/** Forgets a captured secret: 204, also where there was none. */
export function sourceSecretRoute({ endpoints, sourceObject }: SourceSecretParts): Resource {
  return {
    DELETE: async (exchange) => {
      const endpoint = endpoints.get(exchange.param('source'));
      if (endpoint === undefined) return err({ kind: 'not-found', what: 'source' });
      const name = exchange.param('name');
      if (endpoint.keys.some((key) => key.name === name)) {
        const detail = `Cannot forget ${name} as it is declared: take it out of the source's declaration, and deploy.`;
        return err({ kind: 'conflict', detail });
      }
      if (name !== pairedKeyName) return err({ kind: 'not-found', what: 'secret' });
      try {
        // The object's own method where the source has its secrets declared by now: one of before may still be kept.
        await (endpoint.paired?.forget() ?? sourceObject(endpoint.source.name).forget());
      } catch (fault) {
        exchange.report('secret-not-forgotten', fault);
        return err(unavailable);
      }
      return ok({ status: 204, headers: {}, body: null });
    },
  };
}

// Sealed credential: the token that a rejected delivery showed, sealed in the log, so that the delivery is judged again in every way
// in which it was judged first once a wrong secret is mended. A digest would do for a token, but not for a JWT, and not for HTTP Basic.
import * as z from 'zod';
import type { KeptRequest } from '../core/delivery.ts';
import { err, ok, type Result } from '../core/result.ts';
import { credentialsOf, type Delivery, type WebhookRequest } from '../webhooks/index.ts';
import { valuesOf, type Endpoint } from './endpoint.ts';
import type { Seal, SealedPlace } from './paired-secret.ts';

const credentialsSchema = z.object({
  url: z.string().optional(),
  headers: z.record(z.string(), z.string()),
});

const placeOf = ({ source: { name } }: Endpoint): SealedPlace => ({ purpose: 'credential', source: name });

/** The kept request with what it left out for being a credential, sealed; as it is where it left nothing out. */
export async function sealCredentials(
  kept: KeptRequest,
  endpoint: Endpoint,
  delivery: Delivery,
  seal: Seal,
): Promise<KeptRequest> {
  const { provider, keys } = endpoint;
  const credentials = credentialsOf(provider, delivery, valuesOf(keys), kept);
  return credentials === undefined
    ? kept
    : { ...kept, sealed: await seal.close(JSON.stringify(credentials), placeOf(endpoint)) };
}

/** The request as it came, as far as its recipe looks at it; `sealed-otherwise` where another root key sealed it, or another source. */
export async function openRequest(
  endpoint: Endpoint,
  { method, url, headers, sealed }: KeptRequest,
  body: Uint8Array,
  seal: Seal,
): Promise<Result<WebhookRequest, 'sealed-otherwise'>> {
  if (sealed === undefined) return ok({ method, url, headers: new Headers(headers), body });
  const text = await seal.open(sealed, placeOf(endpoint));
  if (text === undefined) return err('sealed-otherwise');
  const credentials = credentialsSchema.parse(JSON.parse(text));
  return ok({
    method,
    url: credentials.url ?? url,
    headers: new Headers({ ...headers, ...credentials.headers }),
    body,
  });
}

// Simulator: deliveries as a vendor would make them: the vendors' samples, signed by the recipes run backwards, and, where asked
// for, tampered with. For tests and for `npx signalbox send`; no part of the Worker.
import { err, ok, type Result } from '../../core/result.ts';
import { Delivery, type WebhookRequest } from '../delivery.ts';
import { encodeBinary } from '../encoding.ts';
import type { Provider, Scheme } from '../provider.ts';
import type { Secret } from '../secret.ts';
import { schemeFor, signDelivery, type SignError, type UnsignedDelivery } from '../sign/index.ts';
import { needsPrivateKey } from './key-pair.ts';
import { plainSample } from './plain-sample.ts';
import type { Fresh, Sample } from './sample.ts';
import { samples } from './samples/index.ts';
import { tamper, type Tampering } from './tamper.ts';

export { tamperings, type Tampering } from './tamper.ts';

export interface SimulateOptions {
  /** Where it goes, as the vendor has it: some vendors sign the URL. */
  readonly url: string;
  /** The secret as the source has it. */
  readonly secret: Secret;
  /** The private half of the key, for vendors that sign with one. */
  readonly privateKey?: CryptoKey;
  readonly now: Date;
  /** Sixteen bytes that make the event another than the last; the same ones make the same event again. */
  readonly random: Uint8Array;
  readonly tamper?: Tampering;
}

/**
 * - as in signing · `needs-private-key`: this vendor signs with a key whose other half only it has
 * - `not-covered`: what was to be tampered with is not signed by this vendor, so that nobody could tell
 */
export type SimulateError = SignError | 'needs-private-key' | 'not-covered';

/** The names of the vendor's events that have samples of their own; any other name gets a plain sample. */
export function sampledEvents(provider: Provider): readonly string[] {
  return Object.keys(samples.get(provider.id) ?? {});
}

/**
 * A delivery of `event` as the vendor would send it at `now`.
 * @param event the vendor's own name: `orders/create`, `push`, `invoice.paid`
 */
export async function simulateDelivery(
  provider: Provider,
  event: string,
  options: SimulateOptions,
): Promise<Result<WebhookRequest, SimulateError>> {
  const { secret, privateKey, random, url } = options;
  const scheme = schemeFor(provider, secret);
  if (scheme === undefined) return err('no-scheme');
  if (privateKey === undefined && needsPrivateKey(scheme)) return err('needs-private-key');
  const id = encodeBinary(random, 'hex').slice(0, 32).padEnd(32, '0');
  const signAt = async (now: Date, signingSecret: Secret, signingKey = privateKey) => {
    const fresh = { id, serial: serialOf(id), now };
    const delivery = toDelivery(url, sampleOf(provider, scheme, event, secret, fresh));
    return signDelivery(provider, delivery, {
      secret: signingSecret,
      now,
      id: `sample_${id}`,
      ...(signingKey === undefined ? {} : { privateKey: signingKey }),
    });
  };
  const signed = await signAt(options.now, secret);
  if (!signed.ok || options.tamper === undefined) return signed;
  const changed = await tamper(options.tamper, Delivery.of(signed.value), {
    ...options,
    provider,
    scheme,
    signAt,
  });
  return changed === undefined ? err('not-covered') : ok(changed);
}

function sampleOf(provider: Provider, scheme: Scheme, event: string, secret: Secret, fresh: Fresh): Sample {
  const known = samples.get(provider.id);
  const make = known !== undefined && Object.hasOwn(known, event) ? known[event] : undefined;
  return make === undefined ? plainSample(provider, scheme, event, secret, fresh) : make(fresh);
}

function toDelivery(url: string, sample: Sample): UnsignedDelivery {
  const [type, body] =
    'json' in sample
      ? ['application/json', JSON.stringify(sample.json)]
      : 'form' in sample
        ? ['application/x-www-form-urlencoded', new URLSearchParams(sample.form).toString()]
        : ['text/xml', sample.text];
  return { url, headers: { 'Content-Type': type, ...sample.headers }, body };
}

/** At most twelve digits, so that a sum with it stays a number that JSON keeps. */
function serialOf(id: string): number {
  return Number.parseInt(id.slice(0, 12), 16) % 1_000_000_000_000;
}

// SDK judge: a vendor's own SDK as the judge of what the simulator makes for that vendor, and of what is tampered with.
import { describe, expect, it } from 'vitest';
import { providers, type Provider, type Secret, type WebhookRequest } from '../../src/webhooks/index.ts';
import { simulateDelivery, type Tampering } from '../../src/webhooks/simulator/index.ts';
import { makeKeyPair, pinnedSecret } from '../../src/webhooks/simulator/key-pair.ts';
import type { PublicKeyAlgorithm } from '../../src/webhooks/public-key.ts';

export interface SdkJudge {
  /** The provider's id. */
  readonly id: string;
  readonly event: string;
  readonly secret: Secret;
  readonly privateKey?: CryptoKey;
  /** The SDK's verdict: true where it takes the delivery; some throw instead of saying no. */
  readonly accepts: (body: string, headers: Headers) => unknown;
  /** What the SDK can notice: a vendor whose signature has no time can't tell another one. */
  readonly tamperings: readonly Tampering[];
}

/** Where the deliveries go. */
export const url = 'https://box.example/v1/hooks/sdk?z=1&a=b%20c';

export function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

/** A pair that stands in for the vendor's own, and its public half as the vendor's console shows it. */
export async function keysFor(
  id: string,
  algorithm: PublicKeyAlgorithm,
): Promise<{ readonly secret: string; readonly privateKey: CryptoKey }> {
  const [scheme] = providerOf(id).schemes;
  if (scheme === undefined) throw new Error(`no scheme of ${id}`);
  const { publicKey, privateKey } = await makeKeyPair(algorithm);
  return { secret: await pinnedSecret(providerOf(id), scheme, publicKey), privateKey };
}

/** The tests of all judges: each takes the delivery as it is made, and refuses every kind of tampering that it can notice. */
export function judgeBySdk(judges: readonly SdkJudge[]): void {
  describe.each(judges)("$id's own SDK", (judge) => {
    it('takes the delivery', async () => {
      const { body, headers } = await simulated(judge);
      expect(await judge.accepts(new TextDecoder().decode(body), headers)).toBe(true);
    });

    it.each(judge.tamperings)('refuses it with another %s', async (what) => {
      expect(await isAccepted(judge, await simulated(judge, what))).toBe(false);
    });
  });
}

async function simulated(judge: SdkJudge, tamper?: Tampering): Promise<WebhookRequest> {
  const { id, event, secret, privateKey } = judge;
  const made = await simulateDelivery(providerOf(id), event, {
    url,
    secret,
    now: new Date(),
    random: crypto.getRandomValues(new Uint8Array(16)),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(tamper === undefined ? {} : { tamper }),
  });
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

async function isAccepted(judge: SdkJudge, { body, headers }: WebhookRequest): Promise<boolean> {
  try {
    return (await judge.accepts(new TextDecoder().decode(body), headers)) === true;
  } catch {
    return false;
  }
}

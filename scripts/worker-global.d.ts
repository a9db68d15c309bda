// What the Worker's sources that scripts run in Node (the simulation, the simulator of vendors) name of a Worker's globals: the rest of
// @cloudflare/workers-types would contradict Node's own.
import type { webcrypto } from 'node:crypto';

declare global {
  interface DurableObjectStorage {
    getAlarm(): Promise<number | null>;
    setAlarm(at: number): Promise<void>;
  }

  type CryptoKey = webcrypto.CryptoKey;
  type CryptoKeyPair = webcrypto.CryptoKeyPair;
  type JsonWebKey = webcrypto.JsonWebKey;
}

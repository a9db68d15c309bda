// What the simulation, which runs in Node, names of a Worker's globals: the rest of @cloudflare/workers-types would contradict
// Node's own.
interface DurableObjectStorage {
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
}

// itty-durable 2.4.1 brings declarations that are no module's; these are the parts that this project uses.
declare module 'itty-durable' {
  interface Durable {
    persist(): Promise<void>;
  }
  export function createDurable(options?: {
    autoPersist?: boolean;
    autoReturn?: boolean;
  }): new (state?: object, env?: object) => Durable & Rpc.DurableObjectBranded;
  export function proxyDurable(
    namespace: unknown,
    options?: { parse?: boolean },
  ): { get(id: string): unknown };
}

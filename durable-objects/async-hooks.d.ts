// The part of node:async_hooks that workerd gives with `nodejs_compat` and this project uses: @cloudflare/workers-types leaves it
// to @types/node, whose globals are not a Worker's.
declare module 'node:async_hooks' {
  export class AsyncLocalStorage<T> {
    run<R>(store: T, work: () => R): R;
    getStore(): T | undefined;
  }
}

// What the SDKs' own types leave out, as far as the tests use it.

// Pusher.Token: its index.d.ts has the interface only.
declare module 'pusher/lib/token.js' {
  export default class Token {
    constructor(key: string, secret: string);
    sign(text: string): string;
  }
}

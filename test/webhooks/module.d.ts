// Modules without types of their own, as far as the tests use them.

// A file's text, as Vite imports it.
declare module '*.md?raw' {
  const text: string;
  export default text;
}

declare module 'braintree' {
  export const Environment: { readonly Sandbox: unknown };
  export const WebhookNotification: { readonly Kind: { readonly SubscriptionWentPastDue: string } };
  export class BraintreeGateway {
    constructor(config: {
      readonly environment: unknown;
      readonly merchantId: string;
      readonly publicKey: string;
      readonly privateKey: string;
    });
    readonly webhookTesting: {
      sampleNotification(
        kind: string,
        id: string,
      ): Promise<{ readonly bt_signature: string; readonly bt_payload: string }>;
    };
    readonly webhookNotification: {
      verify(challenge: string): string;
      parse(signature: string, payload: string): Promise<{ readonly kind: string }>;
    };
  }
}

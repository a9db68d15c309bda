// The face of src/webhooks: is a delivery genuine, and what does it say?
export { Delivery, type WebhookRequest } from './delivery.ts';
export { diagnoseDelivery, type Diagnosis } from './diagnosis.ts';
export { credentialsOf, hasTokenInBody, keepRequest, signatureHeaders } from './kept-request.ts';
export { readEvents, type ReceivedEvent, type UnreadableReason } from './normalize.ts';
export type { Provider } from './provider.ts';
export { genericProvider, type GenericOptions } from './providers/generic.ts';
export { providers } from './catalogue/index.ts';
export type { KeyRequest } from './published-key.ts';
export type { Secret } from './secret.ts';
export { signDelivery, type UnsignedDelivery } from './sign/index.ts';
export type { FailureReason, PlainResponse, Verdict } from './verdict.ts';
export { verifyDelivery } from './verify.ts';

// Canonical: the texts that vendors sign and no template can make, each named for the `{canonical:…}` place of a recipe.
import type { Delivery } from '../delivery.ts';
import type { Lookup } from '../template.ts';
import { braintreeKeys, braintreePayload } from './braintree.ts';
import { contentfulRequest } from './contentful.ts';
import { crc32Text } from './crc32.ts';
import { ebayKeyId, ebaySignature } from './ebay.ts';
import { hubspotUrl } from './hubspot.ts';
import { httpSignature } from './http-signature.ts';
import { canonicalJson } from './json.ts';
import { anyMember, eventsMember, updateMember } from './member.ts';
import { mercadoPagoKey, mercadoPagoManifest, mercadoPagoManifestAsSent } from './mercado-pago.ts';
import { metaMessages } from './meta.ts';
import { phpSerializedForm } from './php.ts';
import { plivoRequest } from './plivo.ts';
import { querySignatureHash } from './query-hash.ts';
import { notificationIds } from './salesforce.ts';
import { sanityTime } from './sanity.ts';
import { sortedForm } from './sorted-form.ts';
import { twilioForm, twilioUrl } from './twilio.ts';

/** Makes the text of one form; undefined where the request doesn't have what it needs. */
type CanonicalForm = (delivery: Delivery, lookup: Lookup) => string | undefined;

const forms: ReadonlyMap<string, CanonicalForm> = new Map<string, CanonicalForm>([
  ['braintree-keys', braintreeKeys],
  ['braintree-payload', braintreePayload],
  ['contentful', contentfulRequest],
  ['crc32', crc32Text],
  ['ebay-key-id', ebayKeyId],
  ['ebay-signature', ebaySignature],
  ['events-member', eventsMember],
  ['first-member', anyMember],
  ['http-signature', httpSignature],
  ['hubspot-url', hubspotUrl],
  ['json', canonicalJson],
  ['mercado-pago', mercadoPagoManifest],
  ['mercado-pago-as-sent', mercadoPagoManifestAsSent],
  ['mercado-pago-key', mercadoPagoKey],
  ['meta-messages', metaMessages],
  ['notification-ids', notificationIds],
  ['php-form', phpSerializedForm],
  ['plivo', plivoRequest],
  ['query-hash', querySignatureHash],
  ['sanity-time', sanityTime],
  ['sorted-form', sortedForm],
  ['twilio-form', twilioForm],
  ['twilio-url', (delivery) => twilioUrl(delivery.url, { port: 'none' })],
  ['twilio-url-port', (delivery) => twilioUrl(delivery.url, { port: 'standard' })],
  ['twilio-url-legacy', (delivery) => twilioUrl(delivery.url, { port: 'none', legacyQuery: true })],
  ['twilio-url-port-legacy', (delivery) => twilioUrl(delivery.url, { port: 'standard', legacyQuery: true })],
  ['update-member', updateMember],
]);

/**
 * The text of the form called `name`.
 * @throws {TypeError} where there is no such form: a recipe is code, so that is a bug (and a test fills them all).
 */
export function canonicalText(name: string, delivery: Delivery, lookup: Lookup): string | undefined {
  const form = forms.get(name);
  if (form === undefined) throw new TypeError(`Cannot make a canonical text: there is no form "${name}"`);
  return form(delivery, lookup);
}

import type { Delivery } from '../delivery.ts';
import { equalText } from '../encoding.ts';
import { compareCodeUnits } from './sorted-form.ts';

/**
 * Twilio's form: names and values run together, sorted by name; equal values of a name count once (twilio-node, lib/webhooks).
 * A JSON body is signed by its digest in the URL (`bodySHA256`), and then no form is: undefined where the digest is another's.
 * A body that is neither would not be covered by the signature at all, so it is refused.
 */
export function twilioForm(delivery: Delivery): string | undefined {
  if (delivery.body.byteLength === 0) return '';
  const digest = delivery.query('bodySHA256');
  if (digest !== undefined) {
    return delivery.knownSha256 !== undefined && equalText(digest.toLowerCase(), delivery.knownSha256)
      ? ''
      : undefined;
  }
  if (/json/i.test(delivery.headers.get('content-type') ?? '')) return undefined;
  const form = delivery.form();
  if (!form.ok) return undefined;
  const values = Map.groupBy(form.value, ([name]) => name);
  return [...values]
    .toSorted(([left], [right]) => compareCodeUnits(left, right))
    .flatMap(([name, pairs]) =>
      [...new Set(pairs.map(([, value]) => value))].toSorted().map((value) => name + value),
    )
    .join('');
}

/** The URL as Twilio may have signed it: without a port or with the scheme's own, and with a query encoded as it once was. */
export function twilioUrl(
  url: string,
  form: { readonly port: 'none' | 'standard'; readonly legacyQuery?: true },
): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return undefined;
  if (form.port === 'none') parsed.port = '';
  const query =
    form.legacyQuery === true && parsed.search !== '' ? legacyQuery(parsed.search) : parsed.search;
  const port =
    form.port === 'standard' && parsed.port === '' ? (parsed.protocol === 'https:' ? ':443' : ':80') : '';
  const password = parsed.password === '' ? '' : `:${parsed.password}`;
  const credentials = parsed.username === '' && password === '' ? '' : `${parsed.username}${password}@`;
  return `${parsed.protocol}//${credentials}${parsed.host}${port}${parsed.pathname}${query}${parsed.hash}`;
}

/** The query decoded and encoded again as Node's `querystring` does: it leaves `!'()*` alone. */
function legacyQuery(search: string): string {
  const pairs = [...new URLSearchParams(search.slice(1))];
  return `?${pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')}`;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

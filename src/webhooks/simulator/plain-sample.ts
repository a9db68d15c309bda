// Plain sample: a delivery that has whatever a recipe looks at, and nothing else: for the vendors and events without a sample of
// their own.
import { compileTemplate, type Piece } from '../template.ts';
import type { Provider, Scheme } from '../provider.ts';
import { secretPart, type Secret } from '../secret.ts';
import type { TimestampUnit } from '../timestamp.ts';
import { isoOf, secondsOf, type Fresh, type Sample } from './sample.ts';

type Place = Extract<Piece, { kind: 'place' }>;

/** What goes where: the values of a recipe's places. */
interface Filling {
  readonly provider: Provider;
  readonly scheme: Scheme;
  readonly fresh: Fresh;
  /** Values of the places that name the type, and the owner's account where the vendor names it. */
  readonly known: ReadonlyMap<string, string>;
  /** The places whose values tell one event from another. */
  readonly telling: ReadonlySet<string>;
  readonly places: readonly Place[];
}

/** The sample of any event of any vendor; `event` stands where the recipe reads the type. */
export function plainSample(
  provider: Provider,
  scheme: Scheme,
  event: string,
  secret: Secret,
  fresh: Fresh,
): Sample {
  const filling = fill(provider, scheme, event, secret, fresh);
  const headers: Record<string, string> = {};
  for (const { place, path } of filling.places)
    if (place === 'header') headers[path] = valueAt(filling, 'header', path);
  if (provider.id === 'paypal')
    headers['paypal-cert-url'] = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-sample';
  const [kind = 'json'] = provider.events.bodies ?? ['json'];
  if (kind === 'form' || kind === 'multipart') return { headers, form: formOf(filling) };
  if (kind === 'xml') return { headers, text: xmlOf(filling) };
  return { headers, json: jsonOf(filling) };
}

function fill(provider: Provider, scheme: Scheme, event: string, secret: Secret, fresh: Fresh): Filling {
  const { events } = provider;
  const dedupe = events.dedupe === 'content' ? [] : (events.dedupe?.slice(0, 1) ?? []);
  const telling = placesOf([...(events.id?.slice(0, 1) ?? []), ...dedupe]);
  const typed = typeValues(events.type, event);
  const required = (scheme.requires ?? []).filter(({ absent }) => absent !== true).map(({ at }) => at);
  const looked = [
    ...(events.subject?.slice(0, 1) ?? []),
    ...(events.time?.at.slice(0, 1) ?? []),
    ...('signed' in scheme ? [scheme.signed].flat() : []),
    ...('timestamp' in scheme && scheme.timestamp !== undefined ? [scheme.timestamp.at] : []),
    ...required,
  ];
  const account = accountOf(scheme, secret);
  const named = account === undefined ? [] : placesOf([account.at]);
  const known = new Map(typed.values);
  if (account?.name !== undefined) for (const place of named) known.set(keyOf(place), account.name);
  const places = [...telling, ...typed.places, ...named, ...placesOf(looked)];
  return {
    provider,
    scheme,
    fresh,
    known,
    telling: new Set(telling.map(keyOf)),
    places,
  };
}

/** Where the vendor names whose delivery it is, by a part of the secret: the customer, or which of several keys signed. */
function accountOf(
  scheme: Scheme,
  secret: Secret,
): { readonly at: string; readonly name: string | undefined } | undefined {
  if (scheme.kind === 'hmac' && scheme.keyId !== undefined)
    return { at: scheme.keyId.at, name: secretPart(secret, scheme.keyId.part) };
  if (scheme.kind !== 'asymmetric' || scheme.account === undefined) return undefined;
  // A secret of one text is the account's name itself here: the key is the vendor's.
  const name = typeof secret === 'string' ? secret : secretPart(secret, scheme.account.part);
  return { at: scheme.account.at, name };
}

/**
 * The places that name the type, with their shares of the event's name: `pull_request.opened` has one for each place of
 * `{header:x-github-event}.{json:action}`. The first alternative that the name has enough parts for is written; where it has too
 * few for any, the first one as far as it goes.
 */
function typeValues(
  alternatives: readonly string[],
  event: string,
): { readonly places: readonly Place[]; readonly values: ReadonlyMap<string, string> } {
  const parts = event.split('.');
  const written = alternatives.map((template) => placesOf([template])).filter((places) => places.length > 0);
  const places =
    written.find(({ length }) => length <= parts.length) ?? written[0]?.slice(0, parts.length) ?? [];
  const values = places.map((place, at): [string, string] => {
    const isLast = at === places.length - 1;
    return [keyOf(place), isLast ? parts.slice(at).join('.') : (parts[at] ?? '')];
  });
  return { places, values: new Map(values) };
}

function placesOf(templates: readonly string[]): readonly Place[] {
  return templates.flatMap(compileTemplate).filter((piece) => piece.kind === 'place');
}

function keyOf({ place, path }: Place): string {
  return `${place}:${path}`;
}

function valueAt(filling: Filling, place: Place['place'], path: string): string {
  const key = `${place}:${path}`;
  const condition = filling.scheme.requires?.find(({ at }) => at === `{${key}}`);
  const last = path.split('.').at(-1) ?? path;
  const told = filling.telling.has(key) ? `${last}-${filling.fresh.id.slice(0, 16)}` : `sample-${last}`;
  return condition?.equals ?? condition?.oneOf?.at(-1) ?? filling.known.get(key) ?? told;
}

/** A value in JSON: the event's time as the recipe reads it, else text. */
function jsonValueAt(filling: Filling, place: 'json' | 'item', path: string): unknown {
  const { time } = filling.provider.events;
  // Linear's `webhookTimestamp` is a number; Mailgun's seconds are text.
  if (isTimestamp(filling.scheme, `{${place}:${path}}`, 'ms')) return filling.fresh.now.getTime();
  if (time?.at[0] !== `{${place}:${path}}`) return valueAt(filling, place, path);
  if (time.unit === 'ms') return filling.fresh.now.getTime();
  return time.unit === 'iso' ? isoOf(filling.fresh) : secondsOf(filling.fresh);
}

function isTimestamp(scheme: Scheme, at: string, unit: TimestampUnit): boolean {
  if (!('timestamp' in scheme)) return false;
  return scheme.timestamp?.at === at && scheme.timestamp.unit === unit;
}

function jsonOf(filling: Filling): unknown {
  const { provider, scheme, places } = filling;
  let data: unknown = { note: 'a plain sample', sample: filling.fresh.id };
  if (provider.id === 'aws-sns') data = put(data, 'SigningCertURL', snsCertificate);
  let item: unknown = { sample: filling.fresh.id };
  for (const { place, path } of places) {
    const isUnwanted =
      scheme.requires?.some(({ at, absent }) => absent === true && at === `{json:${path}}`) === true;
    if (place === 'json' && !isUnwanted) data = put(data, path, jsonValueAt(filling, place, path));
    if (place === 'item') item = put(item, path, jsonValueAt(filling, place, path));
  }
  // Meta: without changes an entry is a batch of none.
  if (provider.id === 'meta') item = put(item, 'changes', [{ field: 'messages' }]);
  const [batch] = provider.events.batch ?? [];
  if (batch === '') return [item];
  return batch === undefined ? data : put(data, batch, [item]);
}

const snsCertificate =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-00000000000000000000000000000000.pem';

function formOf(filling: Filling): Readonly<Record<string, string>> {
  const { formJson, formXml } = filling.provider.events;
  const form: Record<string, string> = {};
  for (const { place, path } of filling.places)
    if (place === 'form') form[path] = valueAt(filling, 'form', path);
  if (formJson !== undefined) form[formJson] = JSON.stringify(jsonOf(filling));
  if (formXml !== undefined) form[formXml] = btoa(xmlOf(filling));
  return form;
}

function xmlOf(filling: Filling): string {
  const elements = filling.places
    .filter(({ place }) => place === 'xml')
    .map(({ path }) => `<${path}>${valueAt(filling, 'xml', path)}</${path}>`);
  return `<notification>${elements.join('')}</notification>`;
}

/** A copy of `json` with `value` at a path, where digits are places in a list. */
function put(json: unknown, path: string, value: unknown): unknown {
  const [name = '', ...rest] = path.split('.');
  if (name === '') return value;
  const inner = rest.length === 0 ? value : put(Reflect.get(Object(json), name), rest.join('.'), value);
  return /^\d+$/.test(name) ? [inner] : { ...Object(json), [name]: inner };
}

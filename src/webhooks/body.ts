// Body: a delivery's content as one JSON value, whatever the vendor wraps it in: a form, a field of a form, a token, XML, lines.
import { err, ok, type Result } from '../core/result.ts';
import { bodyKind, type BodyKindError } from './content-type.ts';
import type { Delivery, FormFields } from './delivery.ts';
import { decodeBase64Key, textOf, utf8 } from './encoding.ts';
import { jsonMembersMax, parseJson, type JsonError } from './json.ts';
import type { EventRecipe } from './provider.ts';
import { readToken, type JsonObject } from './token.ts';

export type BodyError = BodyKindError | JsonError | 'not-form';

export interface Content {
  readonly data: unknown;
  /** The XML that the recipe looks into, as text. */
  readonly xml?: string;
  /** Claims of a token that is the body or stands beside it. */
  readonly claims?: JsonObject;
}

/** The content of a delivery that was found genuine: tokens are read, not verified again. */
export function readContent(recipe: EventRecipe, delivery: Delivery): Result<Content, BodyError> {
  const kind = bodyKind(recipe, delivery);
  if (!kind.ok) return kind;
  switch (kind.value) {
    case 'empty':
      return ok({ data: null });
    case 'json':
      return recipe.bodies?.includes('lines') === true ? readLines(delivery) : asData(delivery.json());
    case 'lines':
      return readLines(delivery);
    case 'form':
    case 'multipart':
      return readForm(recipe, delivery);
    case 'xml':
      return readXml(delivery);
    case 'token':
      return readTokenBody(delivery);
    default:
      return kind.value satisfies never;
  }
}

function asData(json: Result<unknown, JsonError>): Result<Content, JsonError> {
  return json.ok ? ok({ data: json.value }) : json;
}

/** One JSON value, or one a line (Auth0 sends either); lines become an array. */
function readLines(delivery: Delivery): Result<Content, JsonError> {
  const whole = delivery.json();
  if (whole.ok || whole.error !== 'not-json') return asData(whole);
  const lines = (textOf(delivery.body) ?? '').split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return whole;
  if (lines.length > jsonMembersMax) return err('too-many-members');
  const values: unknown[] = [];
  for (const line of lines) {
    const value = parseJson(utf8(line));
    if (!value.ok) return value;
    values.push(value.value);
  }
  return ok({ data: values });
}

function readForm(recipe: EventRecipe, delivery: Delivery): Result<Content, BodyError> {
  const form = delivery.form();
  if (!form.ok) return form;
  const fieldOf = (name: string | undefined): string | undefined =>
    form.value.find(([field]) => field === name)?.[1];
  const json = fieldOf(recipe.formJson);
  if (json !== undefined) return asData(parseJson(utf8(json)));
  const encoded = fieldOf(recipe.formXml);
  const bytes = encoded === undefined ? undefined : decodeBase64Key(encoded.replaceAll('\n', ''));
  const xml = bytes === undefined ? undefined : textOf(bytes);
  const data = toObject(form.value);
  return ok(xml === undefined ? { data } : { data: { ...data, xml }, xml });
}

/** XML with a document type is refused: entities mean nothing here, but they might to whoever reads the data. */
function readXml(delivery: Delivery): Result<Content, BodyError> {
  const xml = textOf(delivery.body);
  return xml === undefined || /<!(?:doctype|entity)/i.test(xml)
    ? err('wrong-type')
    : ok({ data: { xml }, xml });
}

/** The claims; where one called `data` is JSON in a text (Wix), its value. */
function readTokenBody(delivery: Delivery): Result<Content, BodyError> {
  const token = readToken((textOf(delivery.body) ?? '').trim());
  if (token === undefined) return err('not-json');
  const inner = token.claims['data'];
  if (typeof inner !== 'string') return ok({ data: token.claims, claims: token.claims });
  const json = parseJson(utf8(inner));
  return json.ok ? ok({ data: json.value, claims: token.claims }) : json;
}

/** A form as JSON: a field given several times becomes an array. */
function toObject(fields: FormFields): Readonly<Record<string, string | readonly string[]>> {
  const values = Map.groupBy(fields, ([name]) => name);
  return Object.fromEntries(
    [...values].map(([name, pairs]) => [
      name,
      pairs.length === 1 ? (pairs[0]?.[1] ?? '') : pairs.map(([, value]) => value),
    ]),
  );
}

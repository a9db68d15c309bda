// Delivery: one inbound request as the recipes see it. Each reading of the body (JSON, form, digest) is made at most once,
// so a caller that verifies and then reads the events passes the same Delivery to both.
import { err, ok, type Result } from '../core/result.ts';
import { encodeBinary, textOf } from './encoding.ts';
import { parseJson, type JsonError } from './json.ts';
import { multipartBoundary, parseMultipart } from './multipart.ts';

/** An inbound HTTP request. `url` is the public URL, as the vendor has it: some vendors sign it. `body` is never changed. */
export interface WebhookRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Fields of a form, in order; a name may come several times. */
export type FormFields = readonly (readonly [name: string, value: string])[];

/** Fields one form may have; the widest known vendor form (Twilio, with all its add-ons) has about 60. */
const formFieldsMax = 1000;

export class Delivery implements WebhookRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  #json: Result<unknown, JsonError> | undefined;
  #form: Result<FormFields, 'not-form'> | undefined;
  #query: URLSearchParams | undefined;
  #sha256: string | undefined;

  constructor(request: WebhookRequest) {
    this.method = request.method.toUpperCase();
    this.url = request.url;
    this.headers = request.headers;
    this.body = request.body;
  }

  /** The request as a Delivery: itself where it is one already, so that what was read stays read. */
  static of(request: WebhookRequest): Delivery {
    return request instanceof Delivery ? request : new Delivery(request);
  }

  /** The body as JSON, whatever the content type says. */
  json(): Result<unknown, JsonError> {
    this.#json ??= parseJson(this.body);
    return this.#json;
  }

  /** The body as form fields: multipart where the content type says so, else `application/x-www-form-urlencoded`. */
  form(): Result<FormFields, 'not-form'> {
    this.#form ??= parseForm(this.body, this.headers.get('content-type') ?? '');
    return this.#form;
  }

  /** The only value of a query parameter; undefined where it is missing or given twice, for then it is ambiguous. */
  query(name: string): string | undefined {
    this.#query ??= new URLSearchParams(queryOf(this.url));
    const values = this.#query.getAll(name);
    return values.length === 1 ? values[0] : undefined;
  }

  /** The raw body in base64url without padding: a detached JWS's payload. */
  bodyBase64Url(): string {
    return encodeBinary(this.body, 'base64url');
  }

  /** SHA-256 of the raw body, lower-case hex. */
  async bodySha256(): Promise<string> {
    this.#sha256 ??= encodeBinary(new Uint8Array(await crypto.subtle.digest('SHA-256', this.body)), 'hex');
    return this.#sha256;
  }

  /** The same without waiting; undefined until `bodySha256` was awaited once. */
  get knownSha256(): string | undefined {
    return this.#sha256;
  }
}

/** What stands between `?` and `#`, without decoding. */
function queryOf(url: string): string {
  const bare = url.split('#', 1)[0] ?? '';
  const mark = bare.indexOf('?');
  return mark < 0 ? '' : bare.slice(mark + 1);
}

function parseForm(body: Uint8Array, contentType: string): Result<FormFields, 'not-form'> {
  const text = textOf(body);
  if (text === undefined) return err('not-form');
  const boundary = multipartBoundary(contentType);
  const fields = boundary === undefined ? [...new URLSearchParams(text)] : parseMultipart(text, boundary);
  return fields === undefined || fields.length > formFieldsMax ? err('not-form') : ok(fields);
}

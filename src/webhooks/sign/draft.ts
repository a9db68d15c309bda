// Draft: a request that is being made: the places of the template language, written instead of read.
import { Delivery, type FormFields } from '../delivery.ts';
import { encodeBinary, utf8 } from '../encoding.ts';
import { compileTemplate, type Place } from '../template.ts';

export class Draft {
  readonly method: string;
  readonly headers: Headers;
  url: string;
  body: Uint8Array;

  constructor(request: { method: string; url: string; headers: Headers; body: Uint8Array }) {
    this.method = request.method;
    this.url = request.url;
    this.headers = new Headers(request.headers);
    this.body = request.body;
  }

  /** The request as verification would see it now. */
  delivery(): Delivery {
    return new Delivery({ method: this.method, url: this.url, headers: this.headers, body: this.body });
  }

  /**
   * Writes `value` where the one place of `template` is; `base` is the path of the item that `{item:…}` means.
   * @throws {TypeError} where nobody can write there (a canonical text): a recipe is code, so that is a bug.
   */
  write(template: string, value: string, base = ''): void {
    const piece = compileTemplate(template).find(({ kind }) => kind === 'place');
    if (piece?.kind !== 'place') throw new TypeError(`Cannot write to "${template}" as it has no place`);
    this.#writeAt(piece.place, piece.path, value, base);
  }

  #writeAt(place: Place, path: string, value: string, base: string): void {
    const writers: Partial<Record<Place, () => void>> = {
      header: () => this.headers.set(path, value),
      query: () => this.#writeQuery(path, value),
      json: () => this.#writeJson(path, value),
      item: () => this.#writeJson(base === '' ? path : `${base}.${path}`, value),
      form: () => this.#writeForm(path, () => value),
      'form-json': () => this.#writeFormJson(path, value),
      body: () => {
        this.body = utf8(value);
      },
      // eBay's header is JSON in base64, of which the signature is one member.
      canonical: () => this.headers.set('x-ebay-signature', ebayHeader(value)),
    };
    const write = writers[place];
    if (write === undefined || (place === 'canonical' && path !== 'ebay-signature')) {
      throw new TypeError(`Cannot write to the place "${place}:${path}"`);
    }
    write();
  }

  #writeQuery(name: string, value: string): void {
    this.url += `${this.url.includes('?') ? '&' : '?'}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  }

  #writeFormJson(path: string, value: string): void {
    const [name = '', ...rest] = path.split('.');
    this.#writeForm(name, (before) =>
      JSON.stringify(withValue(parsed(before ?? '{}'), rest.join('.'), value)),
    );
  }

  #writeJson(path: string, value: string): void {
    const json = this.body.byteLength === 0 ? {} : parsed(new TextDecoder().decode(this.body));
    this.body = utf8(JSON.stringify(withValue(json, path, value)));
  }

  #writeForm(name: string, change: (before: string | undefined) => string): void {
    const form = this.delivery().form();
    const fields: FormFields = form.ok ? form.value : [];
    const before = fields.find(([field]) => field === name)?.[1];
    const written = new URLSearchParams();
    for (const [field, value] of fields) if (field !== name) written.append(field, value);
    written.append(name, change(before));
    this.body = utf8(written.toString());
  }
}

/**
 * A copy of `json` with `value` at a dotted path, through objects that are made on the way. Where a number stands it stays one:
 * a vendor's types hold for its own SDK, if not for the recipe.
 */
function withValue(json: unknown, path: string, value: string): unknown {
  if (path === '') return typeof json === 'number' ? Number(value) : value;
  const [name = '', ...rest] = path.split('.');
  if (Array.isArray(json))
    return json.map((item, index) =>
      String(index) === name ? withValue(item, rest.join('.'), value) : item,
    );
  const record: Record<string, unknown> = typeof json === 'object' && json !== null ? { ...json } : {};
  record[name] = withValue(record[name], rest.join('.'), value);
  return record;
}

function parsed(text: string): unknown {
  return JSON.parse(text);
}

function ebayHeader(signature: string): string {
  return encodeBinary(
    utf8(JSON.stringify({ alg: 'ecdsa', kid: 'sample-key', signature, digest: 'SHA1' })),
    'base64',
  );
}

// URL: writes a URL from parts that an event brought, so that none of them can change where the request goes.

/** Where a value stands: its segment of the path, or the query. */
const beforeQuery = /^[^?#]*$/;

/**
 * A URL with values in its path and query: ``url`https://api.example.com/orders/${id}?note=${note}` ``. Each value is percent-encoded,
 * so that it stays one segment of the path, or one value of the query. Scheme and host are the author's own text; a base that is
 * configured may come first, as a `URL`, which nothing in an event can be: ``url`${new URL(CRM_URL)}/orders/${id}` ``.
 * @throws {TypeError} with a sentence, where a value stands in the host or after a `#`, or is empty, `.` or `..` in the path: a parser
 *   takes those away, and with them a part of the path that the author wrote.
 */
export function url(text: TemplateStringsArray, ...values: readonly (string | number | URL)[]): string {
  let written = text[0] ?? '';
  for (const [at, value] of values.entries()) {
    written += value instanceof URL ? writeBase(value, at, written) : writeValue(value, written);
    written += text[at + 1] ?? '';
  }
  return written;
}

function writeBase(base: URL, at: number, before: string): string {
  if (at > 0 || before !== '') throw refuse('a base can only come first');
  if (base.search !== '' || base.hash !== '') throw refuse('the base must have no query and no fragment');
  return base.href.replace(/\/$/, '');
}

function writeValue(value: string | number, before: string): string {
  if (!/^https?:\/\/[^/?#]+[/?]/i.test(before)) throw refuse('a value may not stand in its scheme or host');
  if (before.includes('#')) throw refuse('what stands after # is not sent');
  const text = String(value).toWellFormed();
  if (beforeQuery.test(before) && /^(?:\.{0,2})$/.test(text))
    throw refuse(`a value in the path must be more than dots: current value is ${JSON.stringify(text)}`);
  return encodeURIComponent(text);
}

function refuse(why: string): TypeError {
  return new TypeError(`Cannot write the URL as ${why}`);
}

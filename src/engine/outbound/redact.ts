// Redact: takes the values of secrets out of what is kept of a request: errors, headers and bodies of answers.

const mask = '[secret]';

/**
 * The spellings under which a secret comes back: itself, percent-encoded (as in a query or a form), in base64 and in JSON.
 * A spelling that is part of another text's base64 is not found: its letters depend on what stands before it.
 */
export function secretForms(values: readonly string[]): readonly string[] {
  const forms = new Set<string>();
  for (const value of values) {
    if (value === '') continue;
    const encoded = encodeURIComponent(value.toWellFormed());
    const base64 = encodeBase64(value);
    const all = [
      value,
      encoded,
      encoded.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
      // As a form writes it (WHATWG URL, application/x-www-form-urlencoded).
      new URLSearchParams({ v: value }).toString().slice('v='.length),
      base64.replace(/=+$/, ''),
      base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
      JSON.stringify(value).slice(1, -1),
    ];
    for (const form of all) forms.add(form);
  }
  // A form may be a part of another: the longer one has to go first, or its rest would stay.
  return [...forms].toSorted((a, b) => b.length - a.length);
}

/** Base64 (RFC 4648 section 4) of a text's UTF-8 bytes. */
export function encodeBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The text with `[secret]` for each value in it, in whichever of its {@link secretForms}. */
export function redact(text: string, values: readonly string[]): string {
  return redactForms(text, secretForms(values));
}

/** The same, for forms that were made before. */
export function redactForms(text: string, forms: readonly string[]): string {
  let clean = text;
  for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, mask);
  return clean;
}

/** A JSON value with every text in it redacted, the names of members too. Recursive: for values within `limit.jsonDepthMax`. */
export function redactValue(value: unknown, forms: readonly string[]): unknown {
  if (forms.length === 0) return value;
  if (typeof value === 'string') return redactForms(value, forms);
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item, forms));
  if (typeof value !== 'object' || value === null) return value;
  // Not by assignment: a member named __proto__ would set the prototype.
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [redactForms(name, forms), redactValue(member, forms)]),
  );
}

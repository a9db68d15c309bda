// XML: the text of one element, found without a parser, so that neither entities nor document types mean anything here.

/** The text of the first element `tag` (of any namespace) that holds text alone; undefined where there is none. */
export function elementText(xml: string, tag: string): string | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(tag)) return undefined;
  return new RegExp(`<(?:[A-Za-z0-9_.-]+:)?${tag}(?:\\s[^<>]{0,512})?>([^<&]{0,2048})</`).exec(xml)?.[1];
}

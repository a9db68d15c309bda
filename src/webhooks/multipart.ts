// Multipart: the text fields of a multipart/form-data body (RFC 7578), which a few vendors still send (Dropbox Sign).

/** The boundary that a content type names; undefined where it is no multipart form. */
export function multipartBoundary(contentType: string): string | undefined {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return undefined;
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/** Name and value of each text field; files are passed over. Undefined where the body is not made of such parts. */
export function parseMultipart(text: string, boundary: string): [name: string, value: string][] | undefined {
  const parts = `\r\n${text}`.split(`\r\n--${boundary}`);
  if (parts.length < 3 || !(parts.at(-1) ?? '').startsWith('--')) return undefined;
  const fields: [string, string][] = [];
  for (const part of parts.slice(1, -1)) {
    const blank = part.indexOf('\r\n\r\n');
    if (!part.startsWith('\r\n') || blank < 0) return undefined;
    const head = part.slice(0, blank);
    const name = /^content-disposition:\s*form-data;.*?\bname="([^"]*)"/im.exec(head)?.[1];
    if (name === undefined) return undefined;
    if (!/\bfilename\*?=/i.test(head)) fields.push([name, part.slice(blank + 4)]);
  }
  return fields;
}

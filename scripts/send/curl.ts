// Curl: a delivery as a command to paste into a shell.
import type { WebhookRequest } from '../../src/webhooks/index.ts';

/** Written for a POSIX shell. The signature is as old as the command: most vendors' are good for five minutes. */
export function curlCommand({ method, url, headers, body }: WebhookRequest): string {
  const lines = [`curl -i -X ${method} ${quote(url)}`];
  for (const [name, value] of headers) lines.push(`-H ${quote(`${name}: ${value}`)}`);
  // Not `--data`, which takes `@…` for the name of a file.
  lines.push(`--data-raw ${quote(new TextDecoder().decode(body))}`);
  return lines.join(' \\\n  ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

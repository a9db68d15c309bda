// Table: the catalogue as a Markdown table, for the documents; no part of the Worker.
import type { Provider } from './provider.ts';

type Scheme = Provider['schemes'][number];

/** The whole of docs/providers.md. */
export function providersTable(providers: readonly Provider[]): string {
  const sorted = providers.toSorted((left, right) => left.id.localeCompare(right.id, 'en'));
  const count = sorted.filter(({ id }) => id !== 'generic').length;
  return [
    '# Providers',
    '',
    `${count} vendors, and \`generic\` for all the others. Made by \`npm run providers\` from`,
    '[the recipes](../src/webhooks/providers): change those, not this. [sources.md](sources.md) sets up the ten most used, and',
    'shows how to try any of them with `npx signalbox send`.',
    '',
    '- **Scheme**: how a delivery is proved. A token is only shown: such deliveries are *authenticated*, the others *verified*.',
    '  With several schemes, any that the delivery carries and the secret fits will do.',
    '- **Event id**, **type**: where they are read, in the language of `src/webhooks/template.ts`; `/` separates alternatives.',
    '- **Same event if**: what a resend has in common with the first delivery. It is made of signed data; `content` is a digest.',
    '- **Evidence**: `vector` an official SDK or a published vector agrees · `sdk`, `docs` read there · `third-party` other',
    "  receivers' sources agree · `memory` unconfirmed: **experimental**.",
    '',
    '| id | vendor | scheme | event id | type | same event if | handshake | answer within | evidence |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...sorted.map(row),
    '',
  ].join('\n');
}

function row(provider: Provider): string {
  const { id, name, links, events, timeBudgetSeconds, evidence, experimental } = provider;
  const [link] = links ?? [];
  const cells = [
    `\`${id}\``,
    link === undefined ? name : `[${name}](${link})`,
    [...new Set(provider.schemes.map(schemeText))].join(' / '),
    alternatives(events.id),
    alternatives(events.type, events.typeDefault),
    sameEvent(provider),
    handshakeText(provider),
    timeBudgetSeconds === undefined ? '' : `${timeBudgetSeconds} s`,
    experimental ? `${evidence}, **experimental**` : evidence,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function schemeText(scheme: Scheme): string {
  switch (scheme.kind) {
    case 'hmac':
      return `HMAC-${scheme.hash.replace('-', '')}${scheme.timestamp === undefined ? '' : ', timed'}`;
    case 'digest':
      return `${scheme.hash} digest`;
    case 'asymmetric':
      return `${scheme.algorithm}${scheme.key.from === 'secret' ? '' : `, key by ${scheme.key.from}`}`;
    case 'jwt':
      return `JWT ${scheme.algorithms.join(', ')}`;
    case 'static-token':
      return 'token';
    default:
      return scheme satisfies never;
  }
}

function alternatives(templates: readonly string[] | undefined, otherwise?: string): string {
  const shown = [...(templates ?? []), ...(otherwise === undefined ? [] : [otherwise])];
  return shown.map((template) => `\`${template}\``).join(' / ');
}

function sameEvent({ events, schemes }: Provider): string {
  if (events.dedupe === 'content') return 'content';
  if (events.repeatsAfterSeconds !== undefined) return `content, within ${events.repeatsAfterSeconds} s`;
  if (events.dedupe !== undefined) return 'the signed fields';
  const isHeader = events.id?.every((template) => template.includes('{header:')) === true;
  const signed = schemes.flatMap((scheme) => ('signed' in scheme ? [scheme.signed].flat() : []));
  const isSigned =
    events.id?.every((template) => signed.length > 0 && signed.every((text) => text.includes(template))) ===
    true;
  return events.id === undefined || (isHeader && !isSigned) ? 'content' : 'id';
}

function handshakeText({ handshakes }: Provider): string {
  const shown = (handshakes ?? []).map(({ method = 'POST', captures, proof, genuine }) => {
    const what = captures === true ? 'captures the secret' : proof === undefined ? 'answer' : 'proof';
    return `${method} ${what}${genuine === undefined ? '' : ', signed'}`;
  });
  return [...new Set(shown)].join(' / ');
}

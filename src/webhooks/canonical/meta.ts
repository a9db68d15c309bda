import type { Delivery } from '../delivery.ts';
import type { Lookup } from '../template.ts';

/** Changes or messages that one entry is looked through for; Meta batches at most 1000 updates. */
const partsMax = 1000;

/** What makes a messaging event what it is, beside who wrote when. */
const kinds = [
  'message.mid',
  'message_edit.mid',
  'message_edit.num_edit',
  'reaction.mid',
  'reaction.action',
  'postback.mid',
  'postback.payload',
  'read.mid',
  'read.watermark',
  'delivery.watermark',
];

/**
 * What the messages and statuses of an entry are called. Its `time` is when it was sent, so that a resend differs in it. Where a part has
 * no id, the digest of the body stands for all such; undefined where no part has one.
 */
export function metaMessages(delivery: Delivery, lookup: Lookup): string | undefined {
  const at = (path: string): string | undefined => lookup('item', path);
  const parts = [...changes(at), ...messages(at)];
  const named = parts.filter((part) => part !== '');
  if (named.length === 0) return undefined;
  const rest = named.length < parts.length ? (delivery.knownSha256 ?? '') : '';
  return [at('id') ?? '', ...named, rest].join('|');
}

/** A text for each change: empty where nothing in it has an id. */
function changes(at: (path: string) => string | undefined): readonly string[] {
  return numbered((number) => {
    const path = `changes.${number}`;
    const own = [
      ...numbered((index) => partText(at, `${path}.value.messages.${index}`, 'id', ['type', 'timestamp'])),
      ...numbered((index) => partText(at, `${path}.value.statuses.${index}`, 'id', ['status', 'timestamp'])),
    ];
    return own.length === 0 && at(`${path}.field`) === undefined ? undefined : own.join(',');
  });
}

/** A text for each messaging event: empty where it is of no known kind. */
function messages(at: (path: string) => string | undefined): readonly string[] {
  return numbered((number) => {
    const path = `messaging.${number}`;
    const who = partText(at, path, 'timestamp', ['sender.id', 'recipient.id']);
    if (who === undefined) return undefined;
    const what = kinds.map((kind) => at(`${path}.${kind}`) ?? '').join(',');
    return /[^,]/.test(what) ? `${who},${what}` : '';
  });
}

/** The value `first` at `path` and the others beside it; undefined where there is no such. */
function partText(
  at: (path: string) => string | undefined,
  path: string,
  first: string,
  others: readonly string[],
): string | undefined {
  const found = at(`${path}.${first}`);
  return found === undefined
    ? undefined
    : [found, ...others.map((name) => at(`${path}.${name}`) ?? '')].join();
}

/** What `read` makes of 0, 1, 2 … up to the first of which it makes nothing. */
function numbered(read: (number: number) => string | undefined): readonly string[] {
  const texts: string[] = [];
  for (let text = read(0); text !== undefined && texts.length < partsMax; text = read(texts.length))
    texts.push(text);
  return texts;
}

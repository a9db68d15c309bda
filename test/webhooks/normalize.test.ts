// What genuine deliveries say: their CloudEvents, and the keys by which two deliveries of the same event are known.
import { describe, expect, it } from 'vitest';
import {
  genericProvider,
  providers,
  readEvents,
  type Provider,
  type WebhookRequest,
} from '../../src/webhooks/index.ts';
import { now, post, withBody, withHeader } from './request.ts';

function providerOf(id: string): Provider {
  const provider = providers[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

async function eventsOf(id: string, request: WebhookRequest) {
  const events = await readEvents(providerOf(id), request, { source: 'shop', now });
  if (!events.ok) throw new Error(events.error);
  return events.value;
}

async function eventOf(id: string, request: WebhookRequest) {
  const [event] = await eventsOf(id, request);
  if (event === undefined) throw new Error('no event');
  return event;
}

async function reasonOf(id: string, request: WebhookRequest): Promise<string> {
  const events = await readEvents(providerOf(id), request, { source: 'shop', now });
  return events.ok ? 'readable' : events.error;
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const json = { 'content-type': 'application/json' };

// snyk/user-docs, "Validation and versioning of payloads"
it('a Snyk event has the id of its transport and the version of its payload', async () => {
  const headers = {
    ...json,
    'x-snyk-event': 'project_snapshot/v0',
    'x-snyk-transport-id': '998fe884-18a0-45db-8ae0-e379eea3bc0a',
    'x-snyk-timestamp': '2020-09-25T15:27:53Z',
  };
  expect(await eventOf('snyk', post(headers, '{"project":{}}'))).toMatchObject({
    id: '998fe884-18a0-45db-8ae0-e379eea3bc0a',
    type: 'io.snyk.project_snapshot.v0',
    time: '2020-09-25T15:27:53.000Z',
  });
});

// The signature is of the JSON: whoever has a delivery can wrap it anew.
it('a Gitea event is the same whether its JSON came in a form or not, and whatever stands beside it', async () => {
  const payload = '{"ref":"refs/heads/main"}';
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const requests = [
    post({ ...json, 'x-gitea-event': 'push', 'x-gitea-delivery': 'a' }, payload),
    post(
      { ...form, 'x-gitea-event': 'push', 'x-gitea-delivery': 'b' },
      `payload=${encodeURIComponent(payload)}`,
    ),
    post({ ...form, 'x-gitea-event': 'push' }, `payload=${encodeURIComponent(payload)}&more=1`),
  ];
  const keys = await Promise.all(
    requests.map(async (request) => (await eventOf('gitea', request)).dedupeKey),
  );
  expect(new Set(keys).size).toBe(1);
});

// What stands in these bodies as an id is the id of what changed: it is the same in each of its events.
it.each([
  ['recurly', {}, { uuid: 'a', object_type: 'subscription', event_type: 'updated' }, 'event_time'],
  ['contentful', { 'x-contentful-topic': 'ContentManagement.Entry.save' }, { sys: { id: 'a' } }, 'fields'],
  ['modern-treasury', {}, { event: 'updated', data: { id: 'a' } }, 'extra'],
  ['postmark', {}, { RecordType: 'Open', MessageID: 'a' }, 'ReceivedAt'],
])('two events of one %s object are two events, and a resend is none', async (id, headers, event, member) => {
  const keyOf = async (value: string): Promise<string> =>
    (await eventOf(id, post({ ...json, ...headers }, JSON.stringify({ ...event, [member]: value }))))
      .dedupeKey;
  const first = '2026-01-01T00:00:00Z';
  const second = '2026-01-01T00:00:01Z';
  expect(await keyOf(first)).not.toBe(await keyOf(second));
  expect(await keyOf(first)).toBe(await keyOf(first));
});

describe('the six', () => {
  it('a GitHub push is com.github.push under the id of its delivery', async () => {
    const headers = {
      ...json,
      'x-github-event': 'push',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    };
    expect(await eventOf('github', post(headers, '{"repository":{"full_name":"octo/repo"}}'))).toMatchObject({
      id: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      type: 'com.github.push',
      source: 'shop',
      subject: 'octo/repo',
      time: now.toISOString(),
      data: { repository: { full_name: 'octo/repo' } },
    });
  });

  it('a GitHub action is part of the type', async () => {
    const event = await eventOf('github', post({ 'x-github-event': 'issues' }, '{"action":"opened"}'));
    expect(event.type).toBe('com.github.issues.opened');
  });

  it('a GitHub form is read from its payload', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-github-event': 'issues' };
    const event = await eventOf(
      'github',
      post(headers, `payload=${encodeURIComponent('{"action":"closed"}')}`),
    );
    expect(event).toMatchObject({ type: 'com.github.issues.closed', data: { action: 'closed' } });
  });

  it('a Stripe event has its id, type, time and subject from the body', async () => {
    const body = '{"id":"evt_1","type":"invoice.paid","created":1700000000,"data":{"object":{"id":"in_1"}}}';
    expect(await eventOf('stripe', post(json, body))).toMatchObject({
      id: 'evt_1',
      type: 'com.stripe.invoice.paid',
      time: '2023-11-14T22:13:20.000Z',
      subject: 'in_1',
      dedupeKey: 'id:evt_1',
    });
  });

  it('a Shopify topic becomes a dotted type, in both header families', async () => {
    for (const prefix of ['x-', '']) {
      const headers = {
        ...json,
        [`${prefix}shopify-topic`]: 'orders/create',
        [`${prefix}shopify-event-id`]: 'e-1',
      };
      const event = await eventOf('shopify', post(headers, '{"id":1}'));
      expect(event).toMatchObject({ id: 'e-1', type: 'com.shopify.orders.create', subject: '1' });
    }
  });

  it('Slack events, interactions and commands each have their type and id', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const payload = encodeURIComponent('{"type":"block_actions","trigger_id":"t.1"}');
    expect(
      await eventOf(
        'slack',
        post(json, '{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention"}}'),
      ),
    ).toMatchObject({ id: 'Ev1', type: 'com.slack.app_mention', dedupeKey: 'id:Ev1' });
    expect(await eventOf('slack', post(form, `payload=${payload}`))).toMatchObject({
      id: 't.1',
      type: 'com.slack.block_actions',
    });
    expect(await eventOf('slack', post(form, 'command=%2Fdeploy&trigger_id=t.2&text='))).toMatchObject({
      id: 't.2',
      type: 'com.slack.command.deploy',
      data: { command: '/deploy', text: '' },
    });
  });

  it('a Standard Webhooks id is signed, so it is the key', async () => {
    const headers = { ...json, 'webhook-id': 'msg_1' };
    expect(await eventOf('standardwebhooks', post(headers, '{"type":"user.created"}'))).toMatchObject({
      id: 'msg_1',
      type: 'com.standardwebhooks.user.created',
      dedupeKey: 'id:msg_1',
    });
  });
});

describe('deduplication keys', () => {
  const delivery = post({ ...json, 'x-github-event': 'push', 'x-github-delivery': 'a' }, '{"ref":"main"}');

  it('an unsigned id is bound to the body: under a new id the key stays', async () => {
    const original = await eventOf('github', delivery);
    const replayed = await eventOf('github', withHeader(delivery, 'x-github-delivery', 'b'));
    expect(replayed.id).toBe('b');
    expect(replayed.dedupeKey).toBe(original.dedupeKey);
    expect(original.dedupeKey).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('an unsigned type does not change the key', async () => {
    const original = await eventOf('github', delivery);
    const retyped = await eventOf('github', withHeader(delivery, 'x-github-event', 'delete'));
    expect(retyped.dedupeKey).toBe(original.dedupeKey);
  });

  it('another body under the same unsigned id is another event', async () => {
    const original = await eventOf('github', delivery);
    const other = await eventOf('github', withBody(delivery, '{"ref":"next"}'));
    expect(other.dedupeKey).not.toBe(original.dedupeKey);
  });

  it('without any id the id is the digest of the body', async () => {
    const event = await eventOf('github', post({ 'x-github-event': 'push' }, '{}'));
    expect(event.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('a number that lost digits is no id', async () => {
    const event = await eventOf('generic', post(json, '{"id":9007199254740993}'));
    expect(event.dedupeKey).toMatch(/^sha256:/);
  });
});

describe('batches', () => {
  const batched = genericProvider({ batch: 'events', id: ['{item:id}'], type: ['{item:type}'] });
  if (!batched.ok) throw new Error(batched.error);
  const read = (body: string) => readEvents(batched.value, post(json, body), { source: 'shop', now });

  it('each item is an event of its own', async () => {
    expect(await read('{"events":[{"id":"a","type":"x"},{"id":"b","type":"y"}]}')).toMatchObject({
      ok: true,
      value: [
        { id: 'a', type: 'webhook.x', data: { id: 'a', type: 'x' }, dedupeKey: 'id:a' },
        { id: 'b', type: 'webhook.y', dedupeKey: 'id:b' },
      ],
    });
  });

  it('an empty batch has no events', async () => {
    expect(await read('{"events":[]}')).toEqual({ ok: true, value: [] });
  });

  it('items without ids have a key each, also where they are equal', async () => {
    const events = await read('{"events":[{"n":1},{"n":2},{"n":1}]}');
    if (!events.ok) throw new Error(events.error);
    expect(new Set(events.value.map(({ dedupeKey }) => dedupeKey)).size).toBe(3);
  });
});

describe('unreadable bodies', () => {
  it.each([
    ['an open brace', '{', 'not-json'],
    ['two values', '{}{}', 'not-json'],
    ['trailing text', '{} x', 'not-json'],
    ['newline-delimited values', '{}\n{}', 'not-json'],
    ['a byte-order mark', '\u{feff}{}', 'not-json'],
    ['64 levels', nested(64), 'readable'],
    ['65 levels', nested(65), 'too-deep'],
    ['brackets in a string', `{"a":"${'['.repeat(100)}"}`, 'readable'],
    ['65 536 members', `[${'0,'.repeat(65_535)}0]`, 'readable'],
    ['65 537 members', `[${'0,'.repeat(65_536)}0]`, 'too-many-members'],
    ['nothing', '', 'empty'],
  ])('a body of %s', async (_, body, reason) => {
    expect(await reasonOf('github', post(json, body))).toBe(reason);
  });

  it('invalid UTF-8 is not JSON', async () => {
    expect(await reasonOf('github', post(json, new Uint8Array([0x22, 0xff, 0x22])))).toBe('not-json');
  });

  it.each([
    ['application/json', 'readable'],
    ['application/json; charset=utf-8', 'readable'],
    ['application/cloudevents+json', 'readable'],
    ['application/json; charset=utf-16', 'wrong-type'],
    ['text/xml', 'wrong-type'],
    ['application/octet-stream', 'wrong-type'],
    ['application/x-www-form-urlencoded', 'wrong-type'],
  ])('Stripe with content type %s is %s', async (type, reason) => {
    expect(await reasonOf('stripe', post({ 'content-type': type }, '{}'))).toBe(reason);
  });

  it('a compressed body is of the wrong type', async () => {
    expect(await reasonOf('stripe', post({ ...json, 'content-encoding': 'gzip' }, '{}'))).toBe('wrong-type');
  });

  it.each([
    ['a'.repeat(512), 'readable'],
    ['a'.repeat(513), 'id-malformed'],
    ['a\\u0000b', 'id-malformed'],
    ['a\\ud800b', 'id-malformed'],
  ])('a Stripe event whose id is %.20s is %s', async (id, reason) => {
    expect(await reasonOf('stripe', post(json, `{"id":"${id}","type":"x"}`))).toBe(reason);
  });

  it('a header id of 10 KB is malformed', async () => {
    const request = post(
      { ...json, 'x-github-event': 'push', 'x-github-delivery': 'a'.repeat(10_240) },
      '{}',
    );
    expect(await reasonOf('github', request)).toBe('id-malformed');
  });

  it('the last of duplicate members wins', async () => {
    const event = await eventOf('stripe', post(json, '{"id":"a","id":"b","\\u0069d":"c","type":"x"}'));
    expect(event).toMatchObject({ id: 'c', data: { id: 'c' } });
  });

  it('members named like methods are data', async () => {
    const body = '{"id":"a","type":"x","then":"x","toJSON":"x","valueOf":"x","__proto__":{"id":"z"}}';
    const event = await eventOf('stripe', post(json, body));
    expect(JSON.stringify(event.data)).toBe(body);
  });
});

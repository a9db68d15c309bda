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

async function eventsOf(id: string, request: WebhookRequest, at: Date = now) {
  const events = await readEvents(providerOf(id), request, { source: 'shop', now: at });
  if (!events.ok) throw new Error(events.error);
  return events.value;
}

async function eventOf(id: string, request: WebhookRequest, at?: Date) {
  const [event] = await eventsOf(id, request, at);
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
  ['mongodb-atlas', {}, { id: 'a', status: 'OPEN', updated: '2026-01-01T00:00:00Z' }, 'lastNotified'],
  ['viber', {}, { event: 'seen', message_token: 1 }, 'user_id'],
  ['pandadoc', {}, { event: 'quote_updated', data: { id: 'a' } }, 'quote'],
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

// developer.close.com, "Event Log": what is done in a short time becomes one event, updated under its id
it('an event of Close that was updated is another one', async () => {
  const keyOf = async (updated: string): Promise<string> =>
    (await eventOf('close', post(json, `{"event":{"id":"ev_1","date_updated":"${updated}"}}`))).dedupeKey;
  expect(await keyOf('2026-01-01T00:00:00')).toBe(await keyOf('2026-01-01T00:00:00'));
  expect(await keyOf('2026-01-01T00:00:00')).not.toBe(await keyOf('2026-01-01T00:00:01'));
});

// A resend may hold more than the first delivery did: what came with it must not be lost.
it('a notification of QuickBooks with one entity more is another one', async () => {
  const entity = (id: string) => ({ name: 'Invoice', id, operation: 'Update', lastUpdated: '2026-01-01' });
  const keyOf = async (...ids: readonly string[]): Promise<string> => {
    const notification = { realmId: '1', dataChangeEvent: { entities: ids.map((id) => entity(id)) } };
    const body = JSON.stringify({ eventNotifications: [notification] });
    return (await eventOf('quickbooks', post(json, body))).dedupeKey;
  };
  expect(await keyOf('a')).toBe(await keyOf('a'));
  expect(await keyOf('a')).not.toBe(await keyOf('a', 'b'));
});

// Vendors whose bodies say what changed, or what their owner wrote, and not when: the next event has the same body.
it.each([
  ['plaid', '{"webhook_type":"TRANSACTIONS","webhook_code":"SYNC_UPDATES_AVAILABLE","item_id":"a"}'],
  ['microsoft-graph', '{"value":[{"subscriptionId":"a","changeType":"updated","resource":"me/drive/root"}]}'],
  ['doppler', '{"type":"config.secrets.update","config":{"name":"dev"}}'],
  ['supabase-db', '{"type":"UPDATE","table":"t","record":{"on":true},"old_record":{"on":false}}'],
  ['constant-contact', '{"event_type":"tier.increase","url":"https://api.cc.example/plan"}'],
  ['revolut', '{"event":"ORDER_PAYMENT_DECLINED","order_id":"a"}'],
  ['salesforce', '{"id":"001"}'],
  ['workday', '{"id":"21001"}'],
  ['zapier', '{"event":"nightly"}'],
  ['datadog', '{"id":"a","text":"down"}'],
])('the same body of %s a minute later is another event, within the minute a resend', async (id, body) => {
  const keyAt = async (seconds: number): Promise<string | undefined> => {
    const events = await readEvents(providerOf(id), post(json, body), {
      source: 'shop',
      now: new Date(1_800_000_000_000 + seconds * 1000),
    });
    return events.ok ? events.value[0]?.dedupeKey : undefined;
  };
  expect(await keyAt(0)).toBe(await keyAt(59));
  expect(await keyAt(0)).not.toBe(await keyAt(60));
});

it.each([
  ['revolut', '{"event":"TransactionCreated","timestamp":"2026-01-01T00:00:00Z","data":{"id":"a"}}'],
  ['microsoft-graph', '{"value":[{"id":"n1","subscriptionId":"a"}]}'],
  ['datadog', '{"id":"a","date":"1","last_updated":"1","event_type":"metric_alert_monitor"}'],
])('an event that %s tells from others is the same whenever it comes', async (id, body) => {
  const keyAt = async (at: Date): Promise<string | undefined> => {
    const events = await readEvents(providerOf(id), post(json, body), { source: 'shop', now: at });
    return events.ok ? events.value[0]?.dedupeKey : undefined;
  };
  expect(await keyAt(now)).toBe(await keyAt(new Date(now.getTime() + 3_600_000)));
});

// docs.attio.com, "Webhooks": another Idempotency-Key for each message, the same for its resends, but not signed
it('two changes of one attribute in Attio are two events once a minute has passed, and a replay under another key is none', async () => {
  const body = (record: string): string =>
    `{"events":[{"event_type":"record.updated","id":{"record_id":"${record}","attribute_id":"b"}}]}`;
  const keyAt = async (at: Date, key: string, record = 'a') =>
    (await eventOf('attio', post({ ...json, 'idempotency-key': key }, body(record)), at)).dedupeKey;
  const first = await keyAt(now, 'k1');
  expect(await keyAt(now, 'k1')).toBe(first);
  expect(await keyAt(now, 'k2')).toBe(first);
  expect(await keyAt(new Date(now.getTime() + 60_000), 'k2')).not.toBe(first);
  expect(await keyAt(now, 'k1', 'c')).not.toBe(first);
});

it('the events of one message of Attio are told apart', async () => {
  const items = ['a', 'b'].map((record) => ({ event_type: 'record.created', id: { record_id: record } }));
  const request = post({ ...json, 'idempotency-key': 'k1' }, JSON.stringify({ events: items }));
  const events = await eventsOf('attio', request);
  expect(new Set(events.map(({ dedupeKey }) => dedupeKey)).size).toBe(2);
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});

// What their owners let them send may be the same each time; the time that is signed with it is not.
it.each([
  ['zendesk', 'x-zendesk-webhook-signature-timestamp', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'],
  ['sanity', 'sanity-webhook-signature', 't=1700000000000,v1=aa', 't=1700000000001,v1=bb'],
])('the same body of %s, signed at another time, is another event', async (id, name, earlier, later) => {
  const keyOf = async (time: string, more: Record<string, string> = {}): Promise<string> =>
    (await eventOf(id, post({ ...json, [name]: time, ...more }, '{"id":"35"}'))).dedupeKey;
  const first = await keyOf(earlier);
  const unsigned = { 'idempotency-key': 'x', 'x-zendesk-webhook-invocation-id': 'x' };
  expect(await keyOf(earlier, unsigned)).toBe(first);
  expect(await keyOf(later)).not.toBe(first);
});

it('Sanity’s signature is the same however its pairs are separated', async () => {
  const keyOf = async (value: string): Promise<string> =>
    (await eventOf('sanity', post({ ...json, 'sanity-webhook-signature': value }, '{}'))).dedupeKey;
  const first = await keyOf('t=1700000000000,v1=aa');
  for (const value of ['v1=aa,t=1700000000000', 't=1700000000000 v1=aa', 't="1700000000000", v1=aa'])
    expect(await keyOf(value)).toBe(first);
});

// primer.io, "Configure webhooks": `signedAt` is when this delivery was signed
it('a resend of Primer is one, although it says when it was signed', async () => {
  const keyOf = async (signedAt: number, dateUpdated: string): Promise<string> => {
    const payment = { id: 'a', status: 'SETTLED', dateUpdated };
    const body = JSON.stringify({ eventType: 'PAYMENT.STATUS', signedAt, payment });
    return (await eventOf('primer', post(json, body))).dedupeKey;
  };
  expect(await keyOf(1, '2026-01-01')).toBe(await keyOf(2, '2026-01-01'));
  expect(await keyOf(1, '2026-01-01')).not.toBe(await keyOf(1, '2026-01-02'));
});

// developer.salesforce.com, "Outbound messaging": up to 100 notifications each, which a resend need not group alike
it('an outbound message of Salesforce is known by all its notifications', async () => {
  const keyOf = async (session: string, ...ids: readonly string[]): Promise<string> => {
    const items = ids.map(
      (id) => `<Notification>\n<Id>${id}</Id><sObject><sf:Id>x</sf:Id></sObject></Notification>`,
    );
    const body = `<notifications><SessionId>${session}</SessionId>${items.join('')}</notifications>`;
    return (await eventOf('salesforce', post({ 'content-type': 'text/xml' }, body))).dedupeKey;
  };
  expect(await keyOf('s1', '04la')).toBe(await keyOf('s2', '04la'));
  expect(await keyOf('s1', '04la')).not.toBe(await keyOf('s1', '04la', '04lb'));
});

// learn.microsoft.com/linkedin, "Webhooks": deduplicate by the Notification ID
it('a notification of LinkedIn is the same in whatever company it is sent again', async () => {
  const keysOf = async (...ids: readonly number[]): Promise<readonly string[]> => {
    const notifications = ids.map((notificationId) => ({ notificationId, action: 'LIKE', at: ids.length }));
    const body = JSON.stringify({ type: 'ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS', notifications });
    return (await eventsOf('linkedin', post(json, body))).map(({ dedupeKey }) => dedupeKey);
  };
  const [first] = await keysOf(1);
  expect(await keysOf(1, 2)).toContain(first);
  expect(new Set(await keysOf(1, 2)).size).toBe(2);
});

// aps.autodesk.com, "Using webhooks with the Manufacturing Data Model API"
it('Autodesk’s data events are CloudEvents, its others are told apart by all they say', async () => {
  const body = '{"specversion":"1.0","id":"e1","source":"urn:a","type":"autodesk.data.pim.b"}';
  expect(await eventOf('autodesk', post(json, body))).toMatchObject({
    id: 'e1',
    type: 'com.autodesk.autodesk.data.pim.b',
  });
  const keyOf = async (version: number): Promise<string> => {
    const hook = `{"hook":{"event":"dm.version.added"},"payload":{"version":${version}}}`;
    return (await eventOf('autodesk', post(json, hook))).dedupeKey;
  };
  expect(await keyOf(1)).not.toBe(await keyOf(2));
});

// developers.facebook.com, "Webhooks": an entry's `time` is when the notification was sent, not when anything happened
describe('an entry of Meta', () => {
  const keyOf = async (entry: Record<string, unknown>, time = 1): Promise<string> => {
    const body = JSON.stringify({ object: 'page', entry: [{ id: '1', time, ...entry }] });
    return (await eventOf('meta', post(json, body))).dedupeKey;
  };
  const message = (mid: string) => ({ sender: { id: 's' }, timestamp: 5, message: { mid, text: 'hi' } });
  const change = (id: string) => ({ field: 'messages', value: { messages: [{ id, timestamp: '5' }] } });

  it.each([
    ['messaging', [message('a')], [message('b')]],
    ['messaging', [message('a')], [message('a'), message('b')]],
    ['changes', [change('a')], [change('b')]],
    ['changes', [change('a')], [change('a'), { field: 'feed', value: { item: 'like' } }]],
    [
      'changes',
      [change('a'), { field: 'feed', value: { item: 'like' } }],
      [change('a'), { field: 'feed', value: { item: 'post' } }],
    ],
  ])('with other %s is another event', async (name, first, second) => {
    expect(await keyOf({ [name]: first })).toBe(await keyOf({ [name]: first }));
    expect(await keyOf({ [name]: first })).not.toBe(await keyOf({ [name]: second }));
  });

  it('that is sent again at another time is the same event, where its messages have ids', async () => {
    expect(await keyOf({ messaging: [message('a')] }, 2)).toBe(await keyOf({ messaging: [message('a')] }));
    expect(await keyOf({ changes: [change('a')] }, 2)).toBe(await keyOf({ changes: [change('a')] }));
    const like = { changes: [{ field: 'feed', value: { item: 'like' } }] };
    expect(await keyOf(like, 2)).not.toBe(await keyOf(like));
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

// Discord, Zoom, HubSpot, and whoever follows Standard Webhooks.
import { isoOf, secondsOf, type Fresh, type Sample, type Samples } from '../sample.ts';

/** Discord's ids are numbers of eighteen digits and more, written as text. */
function snowflakeOf({ serial }: Fresh): string {
  return `1${String(serial).padStart(17, '0')}`;
}

/** docs.discord.com/developers/events/webhook-events. */
function discordEvent(type: string, fresh: Fresh, data: object): Sample {
  return {
    headers: { 'User-Agent': 'Discord-Webhook/1.0 (+https://discord.com)' },
    json: {
      version: 1,
      application_id: '100000000000000001',
      type: 1,
      event: { type, timestamp: fresh.now.toISOString(), data },
    },
  };
}

export const discord: Samples = {
  /** Asks whether the endpoint is there: what a new interactions URL gets. */
  ping: (fresh) => ({
    json: { id: snowflakeOf(fresh), application_id: '100000000000000001', type: 1, version: 1 },
  }),
  /** The same of webhook events. */
  event_ping: () => ({ json: { version: 1, application_id: '100000000000000001', type: 0 } }),
  APPLICATION_AUTHORIZED: (fresh) =>
    discordEvent('APPLICATION_AUTHORIZED', fresh, {
      integration_type: 0,
      scopes: ['applications.commands'],
      user: { id: snowflakeOf(fresh), username: 'grace.sample', global_name: 'Grace', bot: false },
      guild: { id: '100000000000000003', name: 'Sample Guild' },
    }),
};

/** developers.zoom.us/docs/api/webhooks. */
function zoomEvent(event: string, fresh: Fresh, object: object): Sample {
  return {
    headers: { 'User-Agent': 'Zoom Marketplace/1.0a', 'x-zm-trackingid': `v=2.0;sample-${fresh.id}` },
    json: {
      event,
      event_ts: fresh.now.getTime(),
      payload: { account_id: 'sampleAccount0001', object },
    },
  };
}

function zoomMeeting(fresh: Fresh): object {
  return {
    id: String(80_000_000_000 + (fresh.serial % 1_000_000_000)),
    uuid: `${fresh.id.slice(0, 22)}==`,
    host_id: 'sampleHost0001',
    topic: 'Timetable',
    type: 2,
    start_time: isoOf(fresh),
    duration: 30,
    timezone: 'Europe/Berlin',
  };
}

function zoomValidation({ id, now }: Fresh): Sample {
  return {
    json: {
      event: 'endpoint.url_validation',
      event_ts: now.getTime(),
      payload: { plainToken: `sample${id.slice(0, 16)}` },
    },
  };
}

export const zoom: Samples = {
  'meeting.started': (fresh) => zoomEvent('meeting.started', fresh, zoomMeeting(fresh)),
  'meeting.ended': (fresh) =>
    zoomEvent('meeting.ended', fresh, { ...zoomMeeting(fresh), end_time: isoOf(fresh) }),
  'endpoint.url_validation': zoomValidation,
  url_validation: zoomValidation,
};

/** developers.hubspot.com, "Webhooks API": a list, of as many as a hundred. */
function hubspotBatch(fresh: Fresh, subscriptionType: string, changes: readonly object[]): Sample {
  return {
    headers: { 'User-Agent': 'HubSpot Connect 2.0 (https://developers.hubspot.com)' },
    json: changes.map((change, at) => ({
      eventId: (fresh.serial % 1_000_000_000) * 10 + at,
      subscriptionId: 300_001,
      portalId: 140_000_001,
      appId: 900_001,
      occurredAt: fresh.now.getTime() - 1000 + at,
      subscriptionType,
      attemptNumber: 0,
      objectId: 501 + at,
      changeSource: 'CRM_UI',
      ...change,
    })),
  };
}

export const hubspot: Samples = {
  'contact.creation': (fresh) =>
    hubspotBatch(fresh, 'contact.creation', [{ changeFlag: 'NEW' }, { changeFlag: 'NEW' }]),
  'contact.propertyChange': (fresh) =>
    hubspotBatch(fresh, 'contact.propertyChange', [
      { propertyName: 'lifecyclestage', propertyValue: 'customer' },
    ]),
  'deal.creation': (fresh) => hubspotBatch(fresh, 'deal.creation', [{ changeFlag: 'NEW' }]),
};

/** The envelope that the specification recommends; this one is what the workflow hr-onboarding reads. */
export const standardwebhooks: Samples = {
  'employee.hired': (fresh) => ({
    json: {
      type: 'employee.hired',
      timestamp: fresh.now.toISOString(),
      data: {
        employeeId: `E-${fresh.serial % 100_000}`,
        givenName: 'Mary',
        familyName: 'Sample',
        login: `mary.sample${fresh.serial % 100_000}`,
        department: 'Signals',
        startsOn: new Date((secondsOf(fresh) + 14 * 86_400) * 1000).toISOString().slice(0, 10),
      },
    },
  }),
  'invoice.paid': (fresh) => ({
    json: {
      type: 'invoice.paid',
      timestamp: fresh.now.toISOString(),
      data: { id: `inv-${fresh.serial}`, amount: '49.00', currency: 'EUR' },
    },
  }),
};

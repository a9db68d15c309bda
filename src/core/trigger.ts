// Trigger: what starts a workflow, and whether an event is one it wants.
import type { EventAttributes } from './event.ts';

/** Starts the workflow for every event of a source that has one of `types` (globs: `*` stands for any characters). */
export interface WebhookTrigger {
  readonly kind: 'webhook';
  /** Name of the source. */
  readonly source: string;
  /** Globs on the event's type; absent: every type. */
  readonly types?: readonly string[];
  /** A condition on the event; throws are bugs of the workflow and count as "not wanted" nowhere: they are answered 500 and retried. */
  readonly when?: (event: EventAttributes & { readonly data: unknown }) => boolean;
  /** Turns the event's data into the workflow's input; default: the data as it came. */
  readonly map?: (event: EventAttributes & { readonly data: unknown }) => unknown;
}

/** Starts the workflow by the clock: `cron` (five fields, in `timeZone`, default UTC) or `every` so long. */
export type ScheduleTrigger = {
  readonly kind: 'schedule';
  readonly name: string;
  /** The workflow's input, JSON; default `{ schedule, scheduledAt }`: the name and the moment (ISO 8601) for which it was due. */
  readonly input?: unknown;
  /** What happens to runs that were missed while the service was away; default `once`. */
  readonly misfire?: 'skip' | 'once' | 'all';
} & ({ readonly cron: string; readonly timeZone?: string } | { readonly every: string | number });

/** Starts the workflow for every event another workflow emits with one of `types`. */
export interface EventTrigger {
  readonly kind: 'event';
  readonly types: readonly string[];
}

/** A workflow can always be started by the API too; that needs no trigger. */
export type Trigger = WebhookTrigger | ScheduleTrigger | EventTrigger;

/** Whether `type` fits one of the globs; linear in time, so no glob can be made slow (`*` is the only special character). */
export function fitsType(type: string, globs: readonly string[] | undefined): boolean {
  return globs === undefined || globs.some((glob) => fitsGlob(type, glob));
}

function fitsGlob(text: string, glob: string): boolean {
  const parts = glob.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return text === glob;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

// Control: what may be done to an execution from outside: send it an event, decide its approval, hold it, cancel it, run it anew.
import type { Accepted } from '../core/acceptance.ts';
import type {
  ChangeRequest,
  ControlRefusal,
  DecideRequest,
  ExecutionOutcome,
  ListedExecution,
  ListRequest,
  RedriveRequest,
  SendRequest,
} from '../core/control.ts';
import { isFinal, type StatusAnswer } from '../core/execution.ts';
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';
import { firstSerialAt } from '../core/serial.ts';
import { isStepEntry, isTerminal, type JournalEntry } from '../core/step.ts';
import { readHistory } from './journal.ts';
import { journalBytes, textBytes } from './journal-size.ts';
import type { ExecutionRecord, ExecutionSummary } from './port.ts';
import type { Shard } from './shard.ts';
import { statusOf } from './show.ts';
import { approvalEvent, isApprovalEvent } from './steps/approval.ts';

type Answer = Result<StatusAnswer, ControlRefusal>;

const notFound = err({ kind: 'not-found', what: 'execution' } as const);

function conflict(detail: string): { readonly ok: false; readonly error: ControlRefusal } {
  return err({ kind: 'conflict', detail });
}

export class Control {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Keeps an event for the step that waits for it, or will. The same `eventId` again changes nothing. */
  send({ eventId, type, data }: Omit<SendRequest, 'id'>, serial: number): Answer {
    const { store } = this.#shard.ports;
    const record = store.readExecution(serial);
    if (record === undefined) return notFound;
    const entries = store.readJournal(serial);
    const { sent } = readHistory(entries);
    if (sent.some(({ id }) => id === eventId)) return this.#answer(serial);
    if (record.endedAt !== undefined)
      return conflict(`Cannot send an event to an execution that has ended: it is ${record.status}`);
    if (sent.length >= limit.eventsMax)
      return conflict(`Cannot send an execution more than ${limit.eventsMax} events`);
    const bytes = journalBytes(entries) + textBytes(data);
    if (bytes > limit.journalBytesMax)
      return conflict(
        `Cannot send this event as the results, events and errors of an execution must be at most ${limit.journalBytesMax} bytes together: they would be ${bytes}`,
      );
    this.#receive(record, { id: eventId, event: type, data }, sent.length);
    return this.#answer(serial);
  }

  /**
   * Takes the decision of an approval: the first one counts, another is a conflict. So is one by a link that was handed out before a
   * crash and never journaled: the step was asked again then, and may be another item's.
   */
  decide({ step, expiresAt, decision, comment }: Omit<DecideRequest, 'id'>, serial: number): Answer {
    const { store } = this.#shard.ports;
    const record = store.readExecution(serial);
    if (record === undefined) return notFound;
    const { sent, steps } = readHistory(store.readJournal(serial));
    const event = approvalEvent(step);
    const past = steps.get(step);
    const asked = past?.entries.find((entry) => entry.type === 'waiting');
    if (past?.kind !== 'approval' || asked === undefined)
      return conflict('Cannot decide as this execution has not asked');
    if (expiresAt !== undefined && expiresAt !== asked.dueAt)
      return conflict('Cannot decide by this link as another took its place');
    if (past.settled || sent.some((one) => one.event === event))
      return conflict('Cannot decide as it has been decided, or is too late');
    if (record.endedAt !== undefined)
      return conflict(`Cannot decide as the execution has ended: it is ${record.status}`);
    const data = JSON.stringify(comment === undefined ? { decision } : { decision, comment });
    this.#receive(record, { id: event, event, data }, sent.length);
    return this.#answer(serial);
  }

  /** Holds, resumes or cancels. What is asked for twice is so already: no conflict. */
  async change(
    { to, ifMatch, compensate = true, reason = 'Suspended by a caller' }: Omit<ChangeRequest, 'id'>,
    serial: number,
  ): Promise<Answer> {
    const { roster, ports } = this.#shard;
    const record = ports.store.readExecution(serial);
    if (record === undefined) return notFound;
    if (ifMatch !== undefined) {
      const now = this.#answer(serial);
      if (now.ok && !ifMatch.includes(now.value.etag)) return err({ kind: 'precondition-failed' });
    }
    if (isEnded(record)) {
      if (record.status === to) return this.#answer(serial);
      return conflict(`Cannot make an execution ${to} that has ended: it is ${record.status}`);
    }
    if (to === 'cancelled') this.#cancel(record, compensate);
    else if (to === 'suspended' && record.status === 'open') roster.suspend(record, reason);
    else if (to === 'running' && record.status === 'suspended') roster.resume(record);
    return this.#answer(serial);
  }

  /** A new execution of the same event that keeps what the steps before `from` returned. */
  redrive({ from, key }: Omit<RedriveRequest, 'id'>, serial: number): Result<Accepted, ControlRefusal> {
    const { roster, ports } = this.#shard;
    const { store } = ports;
    const record = store.readExecution(serial);
    if (record === undefined) return notFound;
    if (!isEnded(record))
      return conflict(`Cannot redrive an execution that has not ended: it is ${this.#statusOf(record)}`);
    if (from === undefined && record.status === 'completed')
      return conflict('Cannot redrive from the failed step as none has failed: name one');
    const kept = keptEntries(store.readJournal(serial), from);
    if (kept === undefined)
      return conflict(`Cannot redrive from step '${from}' as the execution has no such step`);
    // From the failed step its effects go on under their old idempotency keys: what did happen at a peer is not done again. A step
    // that is named is meant to be done again.
    const origin = from === undefined ? (record.origin ?? roster.idOf(serial)) : undefined;
    const redriven = this.#shard.copy(record, kept, `redrive:${serial}:${key}`, origin);
    const status = this.#statusOf(redriven.record);
    return ok({ id: roster.idOf(redriven.record.serial), status, duplicate: redriven.duplicate, limits: [] });
  }

  list({ status, since, until, before, max }: ListRequest): ListedExecution[] {
    const { store } = this.#shard.ports;
    const stored = status === undefined || status === 'suspended' || isFinal(status) ? status : 'open';
    const wanted = Math.min(max, limit.listMax);
    const listed: ListedExecution[] = [];
    let end = Math.min(
      before ?? Infinity,
      until === undefined ? Infinity : firstSerialAt(until),
      Number.MAX_SAFE_INTEGER,
    );
    const begin = since === undefined ? 0 : firstSerialAt(since);
    while (listed.length < wanted) {
      const page = store.listExecutions({ status: stored, since: begin, until: end, max: wanted });
      for (const record of page) {
        const shown = this.#statusOf(record);
        if (status === undefined || shown === status) listed.push(this.#listed(record, shown));
        if (listed.length === wanted) break;
      }
      const last = page.at(-1);
      if (last === undefined || page.length < wanted) break;
      end = last.serial;
    }
    return listed;
  }

  find(key: string): Accepted | undefined {
    const { roster, ports } = this.#shard;
    const known = ports.store.findByKey(key);
    const record = known && ports.store.readExecution(known.serial);
    return (
      record && {
        id: roster.idOf(record.serial),
        status: this.#statusOf(record),
        duplicate: true,
        limits: [],
      }
    );
  }

  outcome(serial: number): ExecutionOutcome | undefined {
    const record = this.#shard.ports.store.readExecution(serial);
    if (record === undefined || !isFinal(this.#statusOf(record))) return undefined;
    const { status, output, error } = record;
    return status === 'open' || status === 'suspended' ? undefined : { status, output, error };
  }

  hurry(step: number, serial: number): void {
    const { roster } = this.#shard;
    const run = roster.live(serial);
    if (run === undefined) roster.rouse(serial);
    else run.hurry(step);
  }

  #receive(record: ExecutionRecord, event: { id: string; event: string; data: string }, index: number): void {
    const { roster, ports } = this.#shard;
    const { serial } = record;
    const run = roster.live(serial);
    if (run !== undefined) {
      run.receive(event);
      return;
    }
    const at = ports.clock.now();
    ports.store.appendEntry(serial, ports.store.journalLength(serial), {
      type: 'event-received',
      at,
      index,
      ...event,
    });
    if (record.status === 'open') roster.rouse(serial);
  }

  /** Its run cancels what it has invoked, once it is cut. */
  #cancel(now: ExecutionRecord, compensate: boolean): void {
    const { roster, ports } = this.#shard;
    const { serial } = now;
    const history = readHistory(ports.store.readJournal(serial));
    const live = roster.live(serial);
    if (live === undefined && history.steps.size === 0 && history.cut === undefined) {
      const at = ports.clock.now();
      roster.end(now, { status: 'cancelled', startedAt: at, endedAt: at });
      return;
    }
    if (live !== undefined) {
      live.cut('cancelled', compensate);
      return;
    }
    // Its code knows the rollbacks: it is called once more, up to where it was.
    const cut = { type: 'cut', at: ports.clock.now(), reason: 'cancelled', compensate } as const;
    const write = () => {
      if (history.cut === undefined) ports.store.appendEntry(serial, ports.store.journalLength(serial), cut);
    };
    if (now.status === 'suspended') {
      roster.resume(now, write);
      return;
    }
    write();
    roster.rouse(serial);
  }

  #answer(serial: number): Answer {
    const shown = this.#shard.show(serial);
    return shown === undefined ? notFound : ok(shown);
  }

  #statusOf(record: Pick<ExecutionRecord, 'serial' | 'status'>) {
    const { roster, ports } = this.#shard;
    return statusOf(
      record,
      roster.live(record.serial),
      record.status === 'open' && ports.store.journalLength(record.serial) > 0,
    );
  }

  #listed(
    { serial, version, event, createdAt, endedAt }: ExecutionSummary,
    status: ListedExecution['status'],
  ): ListedExecution {
    const { id, type, source } = event;
    return {
      id: this.#shard.roster.idOf(serial),
      serial,
      version,
      status,
      event: { id, type, source },
      createdAt,
      endedAt,
    };
  }
}

function isEnded({ endedAt }: ExecutionRecord): boolean {
  return endedAt !== undefined;
}

/**
 * What a redrive keeps: the results that the code had been handed before the step from which it runs anew first failed (or before
 * any line of the named step), and the events that it was sent. Undefined where there is no such step.
 */
function keptEntries(entries: readonly JournalEntry[], from: string | undefined): JournalEntry[] | undefined {
  const cut = entries.findIndex((entry) =>
    from === undefined
      ? entry.type === 'faulted' || entry.type === 'cut'
      : isStepEntry(entry) && entry.name === from,
  );
  if (cut < 0 && from !== undefined) return undefined;
  const before = cut < 0 ? entries : entries.slice(0, cut);
  // With the failures that the code has caught: what it did next followed from them.
  const kept = before.filter((entry) => isStepEntry(entry) && isTerminal(entry) && entry.phase === undefined);
  const decided = new Set(kept.map((entry) => (isStepEntry(entry) ? approvalEvent(entry.step) : '')));
  // A step that is asked again is decided again: under its ordinal may be another item's, where steps run side by side.
  const sent = entries
    .filter((entry) => entry.type === 'event-received')
    .map((entry) =>
      isApprovalEvent(entry.event) && !decided.has(entry.event)
        ? { ...entry, event: approvalEvent(-1) }
        : entry,
    );
  return [...sent, ...kept];
}

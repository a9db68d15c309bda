// Intake: the events that an object is handed, and how they become executions: those that arrive together share one commit.
import type { Accepted, AcceptRequest, AcceptResult } from '../core/acceptance.ts';
import { shardOf } from '../core/id.ts';
import { limit } from '../core/limit.ts';
import { err, ok } from '../core/result.ts';
import type { Acceptor } from './acceptance.ts';
import type { Calendar } from './calendar.ts';
import type { WorkflowDefinition } from './define.ts';
import type { ShardIdentity } from './identity.ts';
import type { Ports } from './port.ts';
import type { Roster } from './roster.ts';
import { statusOf } from './show.ts';

interface Waiting {
  readonly request: AcceptRequest;
  readonly resolve: (result: AcceptResult) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Decides one event inside the commit of its batch.
 * @param welcomed gets the serial of an execution that it starts
 * @returns what answers its sender once the commit was taken
 */
type Decide = (waiting: Waiting, now: number, welcomed: number[]) => () => void;

/** What an intake works with. */
export interface IntakeParts {
  readonly identity: ShardIdentity;
  /** The version that accepts. */
  readonly definition: WorkflowDefinition;
  readonly ports: Ports;
  readonly acceptor: Acceptor;
  readonly roster: Roster;
  readonly calendar: Calendar;
  /** A write failed: what it would have set the alarm to is lost with it. */
  readonly faulted: () => void;
}

export class Intake {
  readonly #identity: ShardIdentity;
  readonly #definition: WorkflowDefinition;
  readonly #ports: Ports;
  readonly #acceptor: Acceptor;
  readonly #roster: Roster;
  readonly #calendar: Calendar;
  readonly #faulted: () => void;
  readonly #queue: Waiting[] = [];
  #flushing = false;

  constructor({ identity, definition, ports, acceptor, roster, calendar, faulted }: IntakeParts) {
    this.#identity = identity;
    this.#definition = definition;
    this.#ports = ports;
    this.#acceptor = acceptor;
    this.#roster = roster;
    this.#calendar = calendar;
    this.#faulted = faulted;
  }

  /** Rejects where the storage failed: nothing was kept of the event, and its sender tries again. */
  accept(request: AcceptRequest): Promise<AcceptResult> {
    return this.#definition.limits.shardsBefore === undefined
      ? this.#enqueue(request)
      : this.#acceptResharded(request);
  }

  #enqueue(request: AcceptRequest): Promise<AcceptResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#flushLater();
    });
  }

  async #acceptResharded(request: AcceptRequest): Promise<AcceptResult> {
    const before = await this.#findBefore(request);
    return before === undefined ? this.#enqueue(request) : ok(before);
  }

  /** An execution that the event started in another shard, when the workflow had another number of them. */
  async #findBefore({ workflow, key }: AcceptRequest): Promise<Accepted | undefined> {
    const { shardsBefore = [] } = this.#definition.limits;
    for (const shards of shardsBefore) {
      const shard = shardOf(key, shards);
      if (shard === this.#identity.shard) continue;
      const found = await this.#ports.peers.find(workflow, shard, key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #flushLater(): void {
    if (this.#flushing || this.#queue.length === 0) return;
    this.#flushing = true;
    const flush = () => {
      this.#flushing = false;
      this.#flush(this.#queue.splice(0, limit.groupCommitMax));
      this.#flushLater();
    };
    // While earlier writes are on their way to the disk, events gather: the next commit is theirs together. Where those writes are
    // lost, the object's storage says so to each.
    this.#ports.store.committed().then(flush, flush);
  }

  #flush(batch: readonly Waiting[]): void {
    let answers: readonly (() => void)[];
    try {
      answers = this.#storeTogether(batch);
    } catch (fault) {
      for (const { reject } of batch) reject(fault);
      return;
    }
    for (const answer of answers) answer();
    this.#roster.launchSoon();
  }

  /**
   * Stores a batch in one commit. No event has a savepoint of its own at first, as each costs two statements; where one of them
   * keeps the commit from being taken, all is undone, and each gets one, so that it takes no other along.
   */
  #storeTogether(batch: readonly Waiting[]): readonly (() => void)[] {
    try {
      return this.#store(batch, (waiting, now, welcomed) => this.#decide(waiting, now, welcomed));
    } catch {
      return this.#store(batch, (waiting, now, welcomed) => this.#decideApart(waiting, now, welcomed));
    }
  }

  /** @throws where the commit was not taken: nothing is kept of any event of it */
  #store(batch: readonly Waiting[], decide: Decide): readonly (() => void)[] {
    const welcomed: number[] = [];
    try {
      return this.#ports.store.transaction(() => {
        const now = this.#ports.clock.now();
        return batch.map((waiting) => decide(waiting, now, welcomed));
      });
    } catch (fault) {
      this.#unwelcome(welcomed);
      throw fault;
    }
  }

  /** Decides one event in a savepoint of its own: where it is not taken, its sender alone hears of it. */
  #decideApart(waiting: Waiting, now: number, welcomed: number[]): () => void {
    const before = welcomed.length;
    try {
      return this.#ports.store.transaction(() => this.#decide(waiting, now, welcomed));
    } catch (fault) {
      this.#unwelcome(welcomed.splice(before));
      return () => waiting.reject(fault);
    }
  }

  #decide({ request, resolve }: Waiting, now: number, welcomed: number[]): () => void {
    if (request.workflow !== this.#identity.workflow) {
      return () => resolve(err({ kind: 'workflow-unknown', workflow: request.workflow }));
    }
    const decided = this.#acceptor.decide(request, now, (serial) => this.#roster.idOf(serial));
    if (!decided.ok) return () => resolve(decided);
    const { serial, started, status, limits } = decided.value;
    if (started !== undefined) {
      welcomed.push(serial);
      this.#roster.welcome(serial, started);
      this.#calendar.expectPurge(now);
    }
    const shown = statusOf({ status }, this.#roster.live(serial), started === undefined);
    const id = this.#roster.idOf(serial);
    return () => resolve(ok({ id, status: shown, duplicate: started === undefined, limits }));
  }

  /** What stored these executions was undone. */
  #unwelcome(serials: readonly number[]): void {
    for (const serial of serials) this.#roster.forget(serial);
    this.#faulted();
  }
}

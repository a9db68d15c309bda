// Coverage: which transitions and which crash points the worlds went through, summed over many of them.
import type { FaultKind, Strike } from './fault.ts';

export class Coverage {
  /** Journal entries, by their type and kind, and by the faults that struck their execution's object since the entry before. */
  readonly transitions = new Map<string, number>();
  /** Commits, by what they wrote: how often they were made, and how often the object died right before or after. */
  readonly commits = new Map<string, { passed: number; before: number; after: number }>();
  readonly strikes = new Map<FaultKind, number>();
  seeds = 0;
  executions = 0;
  exact = 0;
  lives = 0;
  entries = 0;
  effects = 0;
  events = 0;

  entry(what: string, through: ReadonlySet<FaultKind>): void {
    this.entries += 1;
    for (const fault of through.size === 0 ? ['no fault'] : through)
      bump(this.transitions, `${what} × ${fault}`);
  }

  passed(kind: FaultKind, where: string): void {
    if (kind === 'crash before commit') this.#commit(where).passed += 1;
  }

  crashed(kind: FaultKind, where: string): void {
    this.#commit(where)[kind === 'crash before commit' ? 'before' : 'after'] += 1;
  }

  struck(strikes: readonly Strike[]): void {
    for (const { kind } of strikes) bump(this.strikes, kind);
  }

  /** Adds what another counted. */
  add(other: Coverage): void {
    for (const [what, count] of other.transitions) bump(this.transitions, what, count);
    for (const [kind, count] of other.strikes) bump(this.strikes, kind, count);
    for (const [where, { passed, before, after }] of other.commits) {
      const commit = this.#commit(where);
      commit.passed += passed;
      commit.before += before;
      commit.after += after;
    }
    for (const name of ['seeds', 'executions', 'exact', 'lives', 'entries', 'effects', 'events'] as const)
      this[name] += other[name];
  }

  #commit(where: string): { passed: number; before: number; after: number } {
    const commit = this.commits.get(where) ?? { passed: 0, before: 0, after: 0 };
    this.commits.set(where, commit);
    return commit;
  }
}

function bump<Key>(map: Map<Key, number>, key: Key, by = 1): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

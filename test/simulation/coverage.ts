// Coverage: which transitions and which crash points the worlds went through, summed over many of them.
import { type FaultKind, faultKinds, type Strike } from './fault.ts';

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

  /** As JSON text, for another process: {@link Coverage.parse} reads it. */
  write(): string {
    const { seeds, executions, exact, lives, entries, effects, events } = this;
    return JSON.stringify({
      seeds,
      executions,
      exact,
      lives,
      entries,
      effects,
      events,
      transitions: [...this.transitions],
      commits: [...this.commits],
      strikes: [...this.strikes],
    });
  }

  static parse(text: string): Coverage {
    const { transitions, commits, strikes, ...counts } = JSON.parse(text) as Record<string, never>;
    const read = { transitions: new Map(transitions), commits: new Map(commits), strikes: new Map(strikes) };
    return Object.assign(new Coverage(), counts, read);
  }

  /** Lines for people: what was run, the matrix of transitions, and the crash points. */
  report(): string[] {
    const kinds = ['no fault' as const, ...faultKinds.filter((kind) => this.strikes.has(kind))];
    const entries = [
      ...new Set([...this.transitions.keys()].map((transition) => transition.split(' × ')[0] ?? '')),
    ];
    const row = (entry: string) =>
      kinds.map((kind) => String(this.transitions.get(`${entry} × ${kind}`) ?? '·').padStart(7)).join('');
    const commits = [...this.commits].toSorted(([, a], [, b]) => b.passed - a.passed);
    const died = commits.filter(([, { before, after }]) => before + after > 0);
    const both = commits.filter(([, { before, after }]) => before > 0 && after > 0);
    return [
      `${this.seeds} worlds, ${this.executions} executions (${this.exact} of them with one possible ending), ${this.entries} journal entries, ` +
        `${this.effects} effects, ${this.lives} lives of objects, ${this.events} events`,
      '',
      `Transitions: journal entries by what befell their object since the entry before (${this.transitions.size} met):`,
      ...kinds.map(
        (kind, index) =>
          `  ${String(index).padStart(2)} ${kind}: struck ${kind === 'no fault' ? '' : this.strikes.get(kind)}`,
      ),
      `${''.padEnd(28)}${kinds.map((_, index) => String(index).padStart(7)).join('')}`,
      ...entries.toSorted().map((entry) => `${entry.padEnd(28)}${row(entry)}`),
      '',
      `Crash points: ${commits.length} kinds of commit, of which ${died.length} were the last of a life, ${both.length} both before and after; the commonest:`,
      ...commits
        .slice(0, 25)
        .map(
          ([where, { passed, before, after }]) =>
            `${String(passed).padStart(8)} made, ${before} × died before, ${after} × after: ${where}`,
        ),
    ];
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

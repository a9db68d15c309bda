// Timeline: an execution drawn as text, a row a step on a common axis of time. Pure: what is drawn follows from what is passed in.
import type { ShownExecution, ShownStep } from '../../src/core/execution.ts';

/** What a cell means; the terminal gives each meaning its colour. */
export type Tone = 'plain' | 'dim' | 'good' | 'bad' | 'busy';

/** A run of text in one tone. */
interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = readonly Span[];

/** A time in which the service was dead, ms since the epoch; `to` is absent while it still is. */
export interface Outage {
  readonly from: number;
  readonly to?: number;
}

export interface TimelineView {
  readonly execution: ShownExecution;
  readonly outages: readonly Outage[];
  /** ms since the epoch. */
  readonly now: number;
  /** Columns that a line may take. */
  readonly width: number;
}

const nameWidth = 20;
const noteWidth = 26;
/** Shortest time the axis spans, in ms: so that the first bars don't shrink with every frame. */
const spanMinMs = 6_000;

/** Draws the execution: a heading, a row a step, the axis. */
export function drawTimeline({ execution, outages, now, width }: TimelineView): Line[] {
  const from = Date.parse(execution.createdAt);
  const until = execution.endedAt === null ? now : Date.parse(execution.endedAt);
  const columns = Math.max(20, width - nameWidth - noteWidth - 5);
  const span = Math.max(spanMinMs, until - from);
  const columnOf = (at: number): number =>
    clamp(Math.floor(((at - from) / span) * (columns - 1)), 0, columns - 1);
  const dead = outages.map((outage) => [columnOf(outage.from), columnOf(outage.to ?? now)] as const);

  const rows = execution.steps.map((step): Line => {
    const cells = drawStep(step, columns, columnOf, until);
    for (const [first, last] of dead) {
      for (let at = first; at <= last; at += 1) {
        if (cells[at]?.tone !== 'good') cells[at] = { text: '░', tone: 'bad' };
      }
    }
    return [
      glyphs[step.status],
      { text: ` ${fit(step.name, nameWidth)} `, tone: 'plain' },
      ...join(cells),
      cut(noteOf(step, now)),
    ];
  });
  return [headingOf(execution, until - from), ...rows, ...drawAxis(dead, columns, span)];
}

function headingOf(execution: ShownExecution, elapsedMs: number): Line {
  const { workflow, version, status } = execution;
  const tone = status === 'completed' ? 'good' : status === 'faulted' ? 'bad' : 'busy';
  return [
    { text: `${workflow} v${version} · `, tone: 'plain' },
    { text: status, tone },
    { text: ` · ${seconds(elapsedMs)}`, tone: 'dim' },
  ];
}

function drawStep(step: ShownStep, columns: number, columnOf: (at: number) => number, until: number): Span[] {
  const cells = Array.from({ length: columns }, (): Span => ({ text: ' ', tone: 'plain' }));
  const paint = (first: number, last: number, text: string, tone: Tone): void => {
    for (let at = first; at <= last; at += 1) cells[at] = { text, tone };
  };
  const begun = step.attempts[0]?.startedAt;
  const over = step.attempts.at(-1)?.endedAt;
  const settled = step.status === 'completed' || step.status === 'faulted';
  if (begun !== undefined) {
    const last = settled && over !== undefined && over !== null ? Date.parse(over) : until;
    paint(columnOf(Date.parse(begun)), columnOf(last), '┄', 'dim');
  }
  for (const { startedAt, endedAt } of step.attempts) {
    paint(
      columnOf(Date.parse(startedAt)),
      columnOf(endedAt === null ? until : Date.parse(endedAt)),
      '━',
      'busy',
    );
  }
  for (const [index, { endedAt, error }] of step.attempts.entries()) {
    if (endedAt === null) continue;
    const column = columnOf(Date.parse(endedAt));
    const last = settled && index === step.attempts.length - 1;
    if (error !== undefined) paint(column, column, '×', 'bad');
    else if (last) paint(column, column, '●', 'good');
    else paint(column, column, '○', 'busy');
  }
  return cells;
}

const glyphs: Record<ShownStep['status'], Span> = {
  completed: { text: '✔', tone: 'good' },
  faulted: { text: '✘', tone: 'bad' },
  cancelled: { text: '✘', tone: 'bad' },
  running: { text: '▸', tone: 'busy' },
  waiting: { text: '…', tone: 'busy' },
};

/** What a step's row says behind its bar. */
function noteOf(step: ShownStep, now: number): Span {
  const { attempts, status, nextAttemptAt } = step;
  const refusals = attempts.filter(({ error }) => error !== undefined);
  const times = attempts.length;
  if (status === 'completed') {
    const what =
      step.kind === 'poll'
        ? `asked ${times} times`
        : refusals.length > 0
          ? `done at attempt ${times}`
          : 'done';
    return { text: ` ${what}`, tone: 'good' };
  }
  if (status === 'waiting' && nextAttemptAt !== undefined) {
    const left = seconds(Math.max(0, Date.parse(nextAttemptAt) - now));
    const error = attempts.at(-1)?.error;
    if (error === undefined) return { text: ` not yet · again in ${left}`, tone: 'dim' };
    return { text: ` ${error.httpStatus ?? error.code} · again in ${left}`, tone: 'bad' };
  }
  return { text: status === 'running' ? ` attempt ${times}` : ` ${status}`, tone: 'dim' };
}

function drawAxis(dead: readonly (readonly [number, number])[], columns: number, span: number): Line[] {
  const indent = ' '.repeat(nameWidth + 3);
  const ticks = Array.from({ length: columns }, () => ' ');
  const stepSeconds = span <= 12_000 ? 2 : span <= 30_000 ? 5 : 15;
  for (let at = 0; at * 1000 <= span; at += stepSeconds) {
    const label = at === 0 ? '0' : `${at} s`;
    const column = Math.floor(((at * 1000) / span) * (columns - 1));
    if (column + label.length <= columns) ticks.splice(column, label.length, ...label.split(''));
  }
  const axis: Line = [{ text: indent + ticks.join('').trimEnd(), tone: 'dim' }];
  const first = dead[0]?.[0];
  if (first === undefined) return [axis];
  return [axis, [{ text: `${indent}${' '.repeat(first)}▲ SIGKILL`, tone: 'bad' }]];
}

/** Neighbouring cells of one tone as one span: fewer escape codes, less flicker. */
function join(cells: readonly Span[]): Span[] {
  const spans: Span[] = [];
  for (const { text, tone } of cells) {
    const last = spans.at(-1);
    if (last?.tone === tone) spans[spans.length - 1] = { text: last.text + text, tone };
    else spans.push({ text, tone });
  }
  return spans;
}

/** `1234` → `1.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function cut({ text, tone }: Span): Span {
  return { text: text.slice(0, noteWidth), tone };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

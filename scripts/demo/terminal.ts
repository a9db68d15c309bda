// Terminal: how the demo speaks. Colours and a live region on a terminal, plain lines everywhere else (CI, a pipe).
import { styleText } from 'node:util';
import type { Line, Tone } from './timeline.ts';

type Format = Parameters<typeof styleText>[0];

const formatOf: Record<Exclude<Tone, 'plain'>, Format> = {
  dim: 'dim',
  good: 'green',
  bad: 'red',
  busy: 'cyan',
};

const stream = process.stdout;

/** Whether a part of the screen can be drawn over again: a terminal in which no line of the picture breaks. */
export const isLive: boolean = stream.isTTY && stream.columns >= 80 && process.env['CI'] === undefined;

/** What stands before every line under a heading. */
export const indent = '   ';

/** Columns behind the indent: no more than read well, no more than there are. */
export const columns: number = Math.min(stream.isTTY ? stream.columns : 110, 110) - indent.length;

/** Text in a tone; plain where the terminal has no colours or NO_COLOR is set. */
export function tint(tone: Tone, text: string): string {
  return tone === 'plain' ? text : styleText(formatOf[tone], text, { stream });
}

/** Bold text. */
export function bold(text: string): string {
  return styleText('bold', text, { stream });
}

/** Prints a line. */
export function say(text: string = ''): void {
  stream.write(`${text}\n`);
}

/** A numbered heading. */
export function heading(number: number, title: string): void {
  say();
  say(`${tint('busy', String(number))}  ${bold(title)}`);
}

/** Lines that are drawn over in place; `draw` again and the former ones are gone. */
export class LiveRegion {
  #height = 0;

  draw(lines: readonly Line[]): void {
    const up = this.#height > 0 ? `\x1B[${this.#height}A` : '';
    stream.write(`${up}${lines.map((line) => `\x1B[2K${indent}${render(line)}\n`).join('')}\x1B[J`);
    this.#height = lines.length;
  }
}

/** A line with its colours. */
export function render(line: Line): string {
  return line.map(({ text, tone }) => tint(tone, text)).join('');
}

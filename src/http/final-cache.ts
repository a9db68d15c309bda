// Final cache: executions that are over, kept in the isolate, so that asking for them again wakes no object.
import type { StatusAnswer } from '../core/execution.ts';

/** Entries at most: bounds what the map itself takes. */
const entriesMax = 2_048;

/** Text kept at most, in bytes: an eighth of an isolate's 128 MB (platform). */
const bytesMax = 16 * 1_024 * 1_024;

/** A larger answer is not kept: a few of them would drive out all others. */
const entryBytesMax = bytesMax / 64;

/**
 * Least recently used go first. What is kept never changes, so nothing is ever invalidated. It knows nothing of who may see what:
 * that is for the caller to check before asking.
 */
export class FinalCache {
  /** In the order of their last use, oldest first: a Map keeps the order in which keys were set. */
  readonly #answers = new Map<string, StatusAnswer>();
  #bytes = 0;

  get(id: string): StatusAnswer | undefined {
    const answer = this.#answers.get(id);
    if (answer === undefined) return undefined;
    this.#answers.delete(id);
    this.#answers.set(id, answer);
    return answer;
  }

  /** Keeps a final answer; another, or one that is too large, is left. */
  set(id: string, answer: StatusAnswer): void {
    const bytes = bytesOf(answer);
    if (!answer.final || bytes > entryBytesMax || this.#answers.has(id)) return;
    this.#answers.set(id, answer);
    this.#bytes += bytes;
    for (const [oldest, dropped] of this.#answers) {
      if (this.#answers.size <= entriesMax && this.#bytes <= bytesMax) return;
      this.#answers.delete(oldest);
      this.#bytes -= bytesOf(dropped);
    }
  }
}

/** V8 takes one or two bytes a UTF-16 unit; two is the bound. */
function bytesOf({ body }: StatusAnswer): number {
  return body.length * 2;
}

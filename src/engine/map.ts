// Map: calls steps for each item of a list, a few items at a time.
import { limit } from '../core/limit.ts';
import { describeValue, MisuseError } from './error.ts';

/**
 * Calls `work` for each item in order, at most `concurrency` at once. After the first failure no further item begins; what is
 * under way ends first, so that nothing is left behind.
 * @returns how each item ended; items that were not begun are rejected with the first failure.
 */
export async function mapSettled<Item, T>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<T>,
  concurrency: number,
  stop: boolean,
): Promise<PromiseSettledResult<T>[]> {
  if (!Array.isArray(items)) {
    throw new MisuseError(
      `Cannot map as the items must be an array: current value is ${describeValue(items)}`,
    );
  }
  if (typeof work !== 'function') {
    throw new MisuseError(
      `Cannot map as the work must be a function: current value is ${describeValue(work)}`,
    );
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new MisuseError(
      `Cannot map as concurrency must be a whole number from 1: current value is ${concurrency}`,
    );
  }
  const settled: PromiseSettledResult<T>[] = [];
  let next = 0;
  let failure: { reason: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (let index = next; index < items.length; index = next) {
      next += 1;
      if (stop && failure !== undefined) {
        settled[index] = { status: 'rejected', reason: failure.reason };
        continue;
      }
      try {
        // The index is below the length: the item is there, even where it is undefined.
        settled[index] = { status: 'fulfilled', value: await work(items[index] as Item, index) };
      } catch (reason) {
        failure ??= { reason };
        settled[index] = { status: 'rejected', reason };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return settled;
}

/** The default number of items under way at once. */
export const mapConcurrency = limit.concurrencyPerExecutionMax;

// Until: waits for what comes about by itself. Unlike `vi.waitFor` it leaves a clock that a test has stopped where it stands: that one
// moves it on by each look, and so by more the slower the machine is. Nor does it give up after a second, which a busy machine may need.

/** How long it may take, ms: no more than the end of a test that hangs, below the runner's own (vitest.config.ts), so that it says why. */
const patienceMs = 45_000;
/** Between two looks, ms, at most: the first ones follow each other sooner, as most of what is waited for comes at once. */
const intervalMaxMs = 20;

/**
 * Looks again and again until `look` throws no more, and gives what it gave.
 * @throws what it threw last, where that takes longer than 45 s
 */
export async function until<T>(look: () => T | Promise<T>): Promise<T> {
  const begin = performance.now();
  for (let looks = 1; ; looks += 1) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() - begin > patienceMs) throw error;
    }
    await scheduler.wait(Math.min(looks, intervalMaxMs));
  }
}

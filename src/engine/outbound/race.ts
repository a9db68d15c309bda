// Race: awaits something that may not listen to the signal that ends the waiting.

/** What `work` comes to, or a rejection with the signal's reason once that aborts, whichever is first. */
export async function race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Where the race is lost, a rejection that comes late is nobody's.
  work.catch(() => {});
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => {
      const reason: unknown = signal.reason;
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    // A signal that lives as long as its execution would keep every listener that was ever added.
    over.abort();
  }
}

// Visitor: follows the link by which a vendor has a subscription confirmed. The verdict has pinned its host; no redirect is followed,
// and a link that was followed once is not followed again: a replayed confirmation costs nothing.

/** How long a vendor may take: less than the 15 s after which SNS gives up on our own answer. */
const deadlineMs = 5_000;

/** Links an isolate remembers. */
const visitedMax = 100;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export class Visitor {
  readonly #fetch: Fetch;
  readonly #visited = new Set<string>();

  constructor(fetchLink: Fetch) {
    this.#fetch = fetchLink;
  }

  /** Whether the link was taken: a 2xx of the vendor's, now or before. */
  async visit(url: string): Promise<boolean> {
    if (this.#visited.has(url)) return true;
    try {
      const response = await this.#fetch(url, {
        redirect: 'manual',
        signal: AbortSignal.timeout(deadlineMs),
      });
      // Nobody reads what it says.
      await response.body?.cancel();
      if (!response.ok) return false;
    } catch {
      return false;
    }
    if (this.#visited.size >= visitedMax) this.#visited.clear();
    this.#visited.add(url);
    return true;
  }
}

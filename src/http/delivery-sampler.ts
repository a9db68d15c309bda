// Delivery sampler: how many of an isolate's deliveries that started nothing are recorded. It is what makes a flood cheap.
import type { Ring } from '../core/delivery-log.ts';
import { limit } from '../core/limit.ts';

const minuteMs = 60_000;

interface Window {
  readonly began: number;
  recorded: number;
  leftOut: number;
}

/** Counts by source and ring: as many entries as there are declared sources, twice. */
export class DeliverySampler {
  readonly #windows = new Map<string, Window>();

  /**
   * Whether a delivery is recorded: the first ones of each minute are.
   * @param now ms since the epoch
   * @returns how many have been left out since the last that was recorded; undefined where this one is left out
   */
  admit(source: string, ring: Ring, now: number): number | undefined {
    const name = `${source}/${ring}`;
    const known = this.#windows.get(name);
    // A clock that went back opens a new window too: else a wrong one would stay open for long.
    const isOpen = known !== undefined && now >= known.began && now < known.began + minuteMs;
    const window = isOpen ? known : { began: now, recorded: 0, leftOut: known?.leftOut ?? 0 };
    this.#windows.set(name, window);
    if (window.recorded >= limit.deliveryRecordsPerMinuteMax) {
      window.leftOut += 1;
      return undefined;
    }
    const { leftOut } = window;
    window.recorded += 1;
    window.leftOut = 0;
    return leftOut;
  }
}

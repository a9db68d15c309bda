// Shown output: which outputs an execution's representation shows, and what it says of the others. An answer never fails because they
// are large.
import { limit } from '../core/limit.ts';
import { showAsJson } from './codec.ts';

/** The outputs of an execution as members of JSON objects, such as `"output":1`. */
export interface ShownOutputs {
  readonly own: string;
  /** By the step's ordinal. */
  readonly steps: ReadonlyMap<number, string>;
}

/**
 * The execution's own output comes first, then the steps' from the shortest on, as far as there is room: so what is left out is what is
 * large, and as little as can be.
 * @param own encoded by the codec, as those of the steps are
 */
export function showOutputs(own: string | undefined, steps: ReadonlyMap<number, string>): ShownOutputs {
  let left: number = limit.shownOutputsLengthMax;
  const show = (output: string | undefined): string | undefined => {
    const shown = showAsJson(output, left);
    if (shown !== undefined) left -= shown.length;
    return shown;
  };
  const ownShown = show(own);
  const shownSteps = new Map<number, string>();
  for (const [step, output] of [...steps].toSorted(([, a], [, b]) => a.length - b.length)) {
    const shown = show(output);
    shownSteps.set(step, shown === undefined ? omitted(output) : `"output":${shown}`);
  }
  return {
    own: ownShown === undefined ? `"output":null,${omitted(own ?? '')}` : `"output":${ownShown}`,
    steps: shownSteps,
  };
}

/** What is said of an output in its place: the bytes of UTF-8 that are kept of it. */
export function omitted(output: string): string {
  return `"outputOmittedBytes":${new TextEncoder().encode(output).byteLength}`;
}

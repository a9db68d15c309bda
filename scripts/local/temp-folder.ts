// A folder for one run, gone when the run is, whichever way it ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempFolder extends Disposable {
  readonly path: string;
}

/** Makes a new folder under the system's temporary one; it is removed when it is disposed of, or else when the process exits. */
export function makeTempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'signalbox-'));
  const remove = (): void => {
    process.off('exit', remove);
    // Tried again, as a child that was just killed may still be writing into it.
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  };
  process.on('exit', remove);
  return { path, [Symbol.dispose]: remove };
}

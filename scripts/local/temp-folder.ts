// A folder for one run of a script, gone when the run is, whichever way it ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a new folder under the system's temporary one; it is removed when the process exits. */
export function makeTempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-'));
  // maxRetries: a child that was just killed may still be writing into it.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

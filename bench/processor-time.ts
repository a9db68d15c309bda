// Processor time: what a process has used of the processors, which other processes disturb far less than they do a clock.
import { existsSync, readFileSync } from 'node:fs';

/** Ticks a second of /proc/{pid}/stat: USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Whether the system tells; where it doesn't, the wall clock has to stand in. */
export const tellsProcessorTime = existsSync('/proc/self/stat');

/**
 * User and system time of all threads of a process since it began, ms; in steps of 10 ms.
 * Where the system doesn't tell, the wall clock: right for requests one after the other, as nothing else happens meanwhile.
 */
export function processorMs(pid: number): number {
  if (!tellsProcessorTime) return performance.now();
  // Fields 14 and 15 of proc_pid_stat(5), counted from the name in brackets, which may have spaces in it: it is the second.
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
}

// Id: how executions, requests and shards are told apart. An execution's id alone leads to its object.
import { err, ok, type Result } from './result.ts';
import { limit } from './limit.ts';
import { formatSerial, parseSerial } from './serial.ts';

/** The parts of an execution's id. */
export interface ExecutionId {
  readonly workflow: string;
  /** Which of the workflow's objects holds it, from 0. */
  readonly shard: number;
  /** Its number within that object. */
  readonly serial: number;
}

const executionIdPattern = /^([a-z][a-z0-9-]{0,62})\.(0|[1-9][0-9]{0,3})\.([0-9a-z]{11})$/;
const requestIdPattern = /^[A-Za-z0-9._~+/=-]+$/;

/** `workflow.shard.serial`, such as `order-to-crm.0.1hv3k2m9q0z`: safe in a URL, a header and a file name. */
export function formatExecutionId({ workflow, shard, serial }: ExecutionId): string {
  return `${workflow}.${shard}.${formatSerial(serial)}`;
}

/** Reads exactly what {@link formatExecutionId} writes; the error is a sentence. */
export function parseExecutionId(text: string): Result<ExecutionId, string> {
  const [, workflow, shard, digits] = executionIdPattern.exec(text) ?? [];
  const serial = digits === undefined ? undefined : parseSerial(digits);
  if (workflow === undefined || serial === undefined || Number(shard) >= limit.shardsMax) {
    return err('Cannot read execution id as it must be a workflow, a shard and a serial, joined by dots');
  }
  return ok({ workflow, shard: Number(shard), serial });
}

/** Whether a caller's `X-Request-Id` may be taken over: 1 to 128 characters that mean nothing in a log or a header. */
export function isRequestId(text: string): boolean {
  return text.length <= limit.requestIdLengthMax && requestIdPattern.test(text);
}

/**
 * Which of `shards` objects holds a key. Never to change: the same key must lead to the same object for as long as its
 * execution is kept. 32-bit FNV-1a over the UTF-8 bytes, then MurmurHash3's finaliser, so that keys that differ in their last
 * character spread.
 */
export function shardOf(key: string, shards: number): number {
  if (shards === 1) return 0;
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % shards;
}

// Dispatch: hands events to the objects of their workflows, and puts their answers together.
import type {
  Accepted,
  AcceptRefusal,
  AcceptRequest,
  RateLimitState,
  WorkflowRpc,
} from '../core/acceptance.ts';
import type { Failure } from '../core/failure.ts';
import { limit } from '../core/limit.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Exchange } from './exchange.ts';

/** Reaches the object that holds a shard of a workflow. */
export type WorkflowObjectOf = (workflow: string, shard: number) => WorkflowRpc;

/** An object that restarts is back within a second; one that is overloaded wants some air. */
const unavailableSeconds = 5;

/** The failure that says that an object could not be asked. Nothing was lost: whoever sent the request has it still. */
export const unavailable: Failure = { kind: 'unavailable', retryAfterSeconds: unavailableSeconds };

/**
 * Hands all requests to their objects at once, those for one object together; answers when the last of them has.
 * @returns what was accepted, in order; or, where any was not, the failure for the whole. The others stay accepted, and are
 *   duplicates when the sender tries again.
 */
export async function acceptAll(
  requests: readonly AcceptRequest[],
  objectOf: WorkflowObjectOf,
  exchange: Exchange,
): Promise<Result<readonly Accepted[], Failure>> {
  const parts = await Promise.all(
    parcelsOf(requests).map(async (parcel) => acceptParcel(parcel, objectOf, exchange)),
  );
  const results = parts.flat().toSorted((a, b) => a.at - b.at);
  const failures = results.flatMap(({ result }) => (result.ok ? [] : [result.error]));
  const [failure] = failures;
  if (failure === undefined) return ok(results.flatMap(({ result }) => (result.ok ? [result.value] : [])));
  return err(
    failures.every(isRateLimited)
      ? mergeRefusals(failures)
      : (failures.find((one) => !isRateLimited(one)) ?? failure),
  );
}

/** A request and its place among all. */
interface Placed {
  readonly at: number;
  readonly request: AcceptRequest;
}

/** Requests for one object, as many as fit one call of it: each call is an object request, which is what an event costs most. */
function parcelsOf(requests: readonly AcceptRequest[]): readonly (readonly Placed[])[] {
  const placed = requests.map((request, at) => ({ at, request }));
  // Nearly every delivery: one event that one workflow wants.
  if (placed.length === 1) return [placed];
  const byObject = Map.groupBy(placed, ({ request }) => `${request.workflow}/${request.shard}`);
  return [...byObject.values()].flatMap((all) => {
    const parcels: Placed[][] = [];
    let size = 0;
    for (const one of all) {
      const length = one.request.data.length;
      const last = parcels.at(-1);
      const fits = size + length <= limit.parcelLengthMax && (last?.length ?? 0) < limit.groupCommitMax;
      if (last !== undefined && fits) last.push(one);
      else parcels.push([one]);
      size = last !== undefined && fits ? size + length : length;
    }
    return parcels;
  });
}

async function acceptParcel(
  parcel: readonly Placed[],
  objectOf: WorkflowObjectOf,
  exchange: Exchange,
): Promise<readonly { readonly at: number; readonly result: Result<Accepted, Failure> }[]> {
  const [first, ...more] = parcel;
  if (first === undefined) return [];
  try {
    const { workflow, shard } = first.request;
    const object = objectOf(workflow, shard);
    const results =
      more.length === 0
        ? [await object.accept(first.request)]
        : await object.acceptAll(parcel.map(({ request }) => request));
    return parcel.map(({ at }, place) => {
      const result = results[place];
      if (result === undefined) throw new Error('Cannot read the answer of an object as it lacks a result');
      return { at, result: result.ok ? result : err(toFailure(result.error)) };
    });
  } catch (fault) {
    // The object was restarted, evicted or overloaded, or its storage failed: the platform's fault, and passing.
    exchange.report('accept-failed', fault);
    return parcel.map(({ at }) => ({ at, result: err(unavailable) }));
  }
}

function toFailure(refusal: AcceptRefusal): Failure {
  switch (refusal.kind) {
    case 'rate-limited':
    case 'idempotency-key-reused':
      return refusal;
    case 'workflow-unknown':
      // This Worker knows it: the object still runs the code of the deployment before.
      return unavailable;
    default:
      return refusal satisfies never;
  }
}

type RateLimited = Extract<Failure, { kind: 'rate-limited' }>;

function isRateLimited(failure: Failure): failure is RateLimited {
  return failure.kind === 'rate-limited';
}

function mergeRefusals(failures: readonly RateLimited[]): RateLimited {
  return {
    kind: 'rate-limited',
    limits: failures.flatMap(({ limits }): readonly RateLimitState[] => limits),
    retryAfterSeconds: Math.max(...failures.map(({ retryAfterSeconds }) => retryAfterSeconds)),
  };
}

/**
 * A workflow's input as JSON text that fits its row. Parsing and writing again can make a text longer (`1e20` becomes 21 digits),
 * so what came within the bound of bodies may lie past that of a row.
 */
export function writeData(input: unknown): Result<string, Failure> {
  const bytesMax = limit.bodyBytesCeiling;
  // A function or undefined, which a trigger's `map` may return, is no JSON: null is.
  const text: string | undefined = JSON.stringify(input);
  if (text === undefined) return ok('null');
  // A UTF-16 unit is at most 3 bytes of UTF-8: most texts need no counting.
  const fits = text.length * 3 <= bytesMax || new TextEncoder().encode(text).byteLength <= bytesMax;
  return fits ? ok(text) : err({ kind: 'body-too-large', bytesMax });
}

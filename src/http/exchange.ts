// Exchange: one request at the box and the answer to it. Answers are plain data until the very end, so that one place makes a
// Response of them, and nothing copies headers on the way.
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../core/result.ts';

/** One request as routes see it. */
export interface Exchange {
  readonly request: Request;
  /** The request's own id, or a new one: what every answer and every log line carries. */
  readonly requestId: string;
  /** The request's trace with a span of our own; undefined where the request has none. */
  readonly traceparent: string | undefined;
  /** When the request came. */
  readonly now: Date;
  /** A parameter of the path, decoded; the empty string where the path has none of that name. */
  readonly param: (name: string) => string;
  /** Writes a fault to the operator's log, as one line of JSON with the request's id and without secrets. */
  readonly report: (what: string, fault: unknown) => void;
}

/** A name that every answer has (`Cache-Control`) takes the place of the common one, in whichever case it is written. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** What a route answers. */
export interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Null where the status allows none (204, 304). */
  readonly body: string | null;
}

export type Outcome = Result<Answer, Failure>;

/** A route's work: an answer, or the failure that src/http/problem.ts puts into one. It throws for bugs only. */
export type Handler = (exchange: Exchange) => Promise<Outcome>;

/** An answer of JSON. */
export function jsonAnswer(status: number, body: object, headers?: AnswerHeaders): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** A resource: what it does by each of its methods. */
export type Resource = Readonly<Record<string, Handler>>;

/**
 * The handler of a whole resource. HEAD comes with GET, OPTIONS is answered with `Allow`, every other method is a 405.
 * @param guard put before each of its methods; which methods there are is no secret, so it comes after
 */
export function serveResource(
  methods: Resource,
  guard: (handler: Handler) => Handler = (handler) => handler,
): Handler {
  const byMethod = new Map(Object.entries(methods).map(([method, handler]) => [method, guard(handler)]));
  const get = byMethod.get('GET');
  if (get !== undefined) byMethod.set('HEAD', get);
  const allow = allowedMethods([...byMethod.keys()]);
  return async (exchange) => {
    const { method } = exchange.request;
    return byMethod.get(method)?.(exchange) ?? otherMethod(method, allow);
  };
}

/** What `Allow` lists for a resource that has these methods. */
export function allowedMethods(methods: readonly string[]): readonly string[] {
  return [...new Set([...methods, 'OPTIONS'])].toSorted();
}

/**
 * The answer to a method that the resource does not have. OPTIONS tells which it has, and nothing to a foreign origin: browsers
 * get no CORS headers from here.
 */
export function otherMethod(method: string, allow: readonly string[]): Outcome {
  if (method !== 'OPTIONS') return err({ kind: 'method-not-allowed', allow });
  return ok({ status: 204, headers: { Allow: allow.join(', ') }, body: null });
}

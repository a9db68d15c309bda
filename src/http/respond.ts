// Respond: the frame around every route. It opens the exchange, turns what comes of it into the one Response, and lets no throw out.
import type { Context } from 'hono';
import { err } from '../core/result.ts';
import type { Exchange, Handler, Outcome } from './exchange.ts';
import { requestIdOf } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-header.ts';
import { continueTrace } from './middleware/trace.ts';
import { problemAnswer } from './problem.ts';

/** What the frame needs of the box. */
export interface Frame {
  readonly now: () => Date;
  /** Takes the values of secrets out of a text that is about to be logged. */
  readonly redact: (text: string) => string;
}

/** Puts the frame around a handler: plain functions, so that a request passes one function of Hono's and no chain. */
export function respondWith(frame: Frame, handler: Handler): (context: Context) => Promise<Response> {
  return async (context) => {
    const request = context.req.raw;
    const requestId = requestIdOf(request.headers);
    const exchange: Exchange = {
      request,
      requestId,
      traceparent: continueTrace(request.headers),
      now: frame.now(),
      param: (name) => context.req.param(name) ?? '',
      report: (what, fault) => log(frame, request, requestId, what, fault),
    };
    return toResponse(exchange, await settle(handler, exchange));
  };
}

async function settle(handler: Handler, exchange: Exchange): Promise<Outcome> {
  try {
    return await handler(exchange);
  } catch (fault) {
    exchange.report('request-failed', fault);
    return err({ kind: 'internal' });
  }
}

function toResponse({ request, requestId, traceparent }: Exchange, outcome: Outcome): Response {
  const answer = outcome.ok ? outcome.value : problemAnswer(outcome.error, request.url, requestId);
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      ...securityHeaders,
      'X-Request-Id': requestId,
      ...(traceparent === undefined ? undefined : { traceparent }),
      ...answer.headers,
    },
  });
}

/** The path stands without its query, which may hold a token. */
function log({ redact }: Frame, request: Request, requestId: string, what: string, fault: unknown): void {
  const line = {
    level: 'error',
    what,
    requestId,
    method: request.method,
    path: redact(new URL(request.url).pathname),
    message: redact(fault instanceof Error ? fault.message : String(fault)),
    ...(fault instanceof Error && fault.stack !== undefined ? { stack: redact(fault.stack) } : {}),
  };
  // oxlint-disable-next-line no-console -- the Workers log is the operator's; this is the one place where requests are written to it
  console.error(JSON.stringify(line));
}

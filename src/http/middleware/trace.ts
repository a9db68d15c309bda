// Trace: goes on with the caller's W3C trace, so that a vendor's delivery and all that it starts are one.
import { formatTraceparent, parseTraceparent } from '../../core/trace.ts';

/**
 * The request's `traceparent` with a new span id: ours, of which the execution's requests are children. Undefined where the
 * request has none that is well-formed; a trace that nobody follows is not begun here.
 */
export function continueTrace(headers: Headers): string | undefined {
  const header = headers.get('traceparent');
  const trace = header === null ? undefined : parseTraceparent(header);
  return trace && formatTraceparent({ ...trace, spanId: newSpanId() });
}

/** 8 random bytes in hex, never all zero, which would be no id (W3C Trace Context section 3.2.2.4). */
function newSpanId(): string {
  let hex = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(8))) hex += byte.toString(16).padStart(2, '0');
  return hex === '0000000000000000' ? newSpanId() : hex;
}

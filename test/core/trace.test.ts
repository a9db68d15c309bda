import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTraceparent, parseTraceparent } from '../../src/core/trace.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

/** So many hex digits, not all zero. */
function hex(length: number) {
  return fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => !/^0+$/.test(text));
}

describe('a traceparent', () => {
  it('is read by its four fields', () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, sampled: true });
    expect(parseTraceparent(`00-${traceId}-${spanId}-00`)).toEqual({ traceId, spanId, sampled: false });
  });

  it('has its sampled bit read beside unknown flags', () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-ff`)?.sampled).toBe(true);
    expect(parseTraceparent(`00-${traceId}-${spanId}-fe`)?.sampled).toBe(false);
  });

  it('of a later version is read by the fields it shares', () => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, sampled: true });
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-comes-then`)).toEqual({
      traceId,
      spanId,
      sampled: true,
    });
  });

  it.each([
    ['nothing', ''],
    ['version ff', `ff-${traceId}-${spanId}-01`],
    ['more in version 00', `00-${traceId}-${spanId}-01-more`],
    ['a tail without a hyphen', `cc-${traceId}-${spanId}-01more`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['a short trace id', `00-${traceId.slice(1)}-${spanId}-01`],
    ['a long span id', `00-${traceId}-${spanId}0-01`],
    ['no flags', `00-${traceId}-${spanId}`],
    ['one digit of flags', `00-${traceId}-${spanId}-1`],
    ['no hex', `00-${traceId.replace('4', 'g')}-${spanId}-01`],
    ['a space before', ` 00-${traceId}-${spanId}-01`],
    ['a newline after', `00-${traceId}-${spanId}-01\n`],
    ['two of them', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
  ])('with %s is ignored', (_what, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  it('is read as what was written', () => {
    fc.assert(
      fc.property(fc.record({ traceId: hex(32), spanId: hex(16), sampled: fc.boolean() }), (trace) => {
        expect(parseTraceparent(formatTraceparent(trace))).toEqual(trace);
      }),
    );
  });
});

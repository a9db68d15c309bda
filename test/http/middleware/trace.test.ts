import { expect, it } from 'vitest';
import { parseTraceparent } from '../../../src/core/trace.ts';
import { continueTrace } from '../../../src/http/middleware/trace.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

it.each(['00', '01'])('goes on with the trace, under a span of its own, sampled as before (%s)', (flags) => {
  const header = continueTrace(new Headers({ traceparent: `00-${traceId}-${spanId}-${flags}` }));
  const trace = parseTraceparent(header ?? '');

  expect(trace).toMatchObject({ traceId, sampled: flags === '01' });
  expect(trace?.spanId).not.toBe(spanId);
});

it('gives two requests of one trace two spans', () => {
  const headers = new Headers({ traceparent: `00-${traceId}-${spanId}-01` });

  expect(continueTrace(headers)).not.toBe(continueTrace(headers));
});

it.each(['', 'nonsense', `00-${traceId}-${spanId}`, `ff-${traceId}-${spanId}-01`])(
  'ignores %j, as the specification has it',
  (traceparent) => {
    expect(continueTrace(new Headers({ traceparent }))).toBeUndefined();
  },
);

it('begins no trace where there is none', () => {
  expect(continueTrace(new Headers())).toBeUndefined();
});

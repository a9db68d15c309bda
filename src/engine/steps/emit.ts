// emit: sends an event to every workflow that has a trigger on its type. Sent again after a crash it starts nothing twice.
import { encode } from '../codec.ts';
import { MisuseError } from '../error.ts';
import type { EmitOptions } from '../step.ts';
import type { StepProgram } from '../step-life.ts';
import { doProgram } from './do.ts';

/** The program of `step.emit`. */
export function emitProgram({ type, data, subject }: EmitOptions): StepProgram {
  return (life) =>
    doProgram({}, async ({ idempotencyKey }) => {
      const encoded = encode(data);
      if (!encoded.ok || encoded.value?.startsWith('~') === true) {
        throw new MisuseError(`Cannot emit '${type}' in step '${life.label}' as its data must be JSON`);
      }
      const { clock, peers } = life.ports;
      const event = {
        id: idempotencyKey,
        type,
        source: `/v1/executions/${life.execution}`,
        time: new Date(clock.now()).toISOString(),
        data: encoded.value ?? 'null',
        ...(subject === undefined ? {} : { subject }),
      };
      return peers.emit(event, `emit:${idempotencyKey}`, life.traceparent());
    })(life);
}

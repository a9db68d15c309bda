// emit: sends an event to every workflow that has a trigger on its type. Sent again after a crash it starts nothing twice.
import { nextDepth } from '../chain.ts';
import { encodeJson } from '../codec.ts';
import { describeValue, MisuseError } from '../error.ts';
import { peerPatience } from '../retry-plan.ts';
import type { EmitOptions } from '../step.ts';
import type { StepProgram } from '../step-life.ts';
import { doProgram } from './do.ts';

/** The program of `step.emit`. */
export function emitProgram({ type, data, subject }: EmitOptions): StepProgram {
  return async (life) => {
    await doProgram({ retries: peerPatience }, async ({ idempotencyKey }) => {
      if (typeof type !== 'string' || type === '') {
        throw new MisuseError(
          `Cannot emit in step '${life.label}' as the event's type must be a text: current value is '${describeValue(type)}'`,
        );
      }
      const encoded = encodeJson(data ?? null);
      if (!encoded.ok) {
        throw new MisuseError(`Cannot emit '${type}' in step '${life.label}' as its data ${encoded.error}`);
      }
      const depth = nextDepth(life, `emit '${type}'`);
      if (!depth.ok) throw depth.error;
      const { clock, peers } = life.ports;
      const event = {
        id: idempotencyKey,
        type,
        source: `/v1/executions/${life.execution}`,
        time: new Date(clock.now()).toISOString(),
        data: encoded.value,
        ...(subject === undefined ? {} : { subject }),
      };
      return peers.emit({ ...event, depth: depth.value }, `emit:${idempotencyKey}`, life.traceparent());
    })(life);
  };
}

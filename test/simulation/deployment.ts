// Deployment: the workflows of a world as their author would have written them, and which version of them is current.
import { z } from 'zod';
import { defineWorkflow, type WorkflowDefinition } from '../../src/engine/define.ts';
import type { WorkflowVersions } from '../../src/engine/identity.ts';
import type { ExecutionRecord } from '../../src/engine/port.ts';
import type { Step } from '../../src/engine/step.ts';
import { hash } from './dice.ts';
import { EngineStepper, handle } from './engine-stepper.ts';
import { interpret } from './interpreter.ts';
import { askerOf } from './invariant.ts';
import type { Life } from './life.ts';
import { childSeed } from './model.ts';
import { callbackUrl } from './network.ts';
import {
  firstHourCron,
  isSequential,
  type Node,
  scheduled,
  scheduledProgram,
  scheduleName,
} from './program.ts';
import type { World } from './world.ts';

const input = z.object({ program: z.number() });

export class Deployment {
  readonly #world: World;
  #current: 'v1' | 'v2' = 'v1';

  constructor(world: World) {
    this.#world = world;
  }

  /** Deploys the other version; gives its name. */
  change(): 'v1' | 'v2' {
    this.#current = this.#current === 'v1' ? 'v2' : 'v1';
    return this.#current;
  }

  /** What this deployment has of the workflow that a life works for. */
  versions(life: Life): WorkflowVersions {
    const [v1, v2] = [this.#define('v1', life), this.#define('v2', life)];
    const byVersion = new Map([
      ['v1', v1],
      ['v2', v2],
    ]);
    return { current: this.#current === 'v1' ? v1 : v2, byVersion };
  }

  #define(version: 'v1' | 'v2', life: Life): WorkflowDefinition {
    const world = this.#world;
    const { name } = life.object;
    return defineWorkflow(
      { name, version, input, secrets: ['PEER_TOKEN'], ...(name === 'child' ? {} : this.#traits(life)) },
      async ({ data, id, instanceId }, step) => {
        const { serial, object } = world.locate(instanceId);
        const record = object.disk.executions.get(serial);
        const asker = record === undefined ? '' : askerOf(record);
        const program = this.program(name, version, data.program);
        const stepper = new EngineStepper(step, { life, serial, asker }, world);
        return interpret(program, this.seedOf(name, id, data.program), stepper);
      },
    );
  }

  /** What a world's options give the main workflow. */
  #traits(life: Life) {
    const { rate, deadlineMs, handler, callback, schedule } = this.#world.options;
    return {
      limits: {
        ...(rate === undefined ? {} : { rate }),
        ...(deadlineMs === undefined ? {} : { deadline: deadlineMs }),
      },
      ...(schedule === undefined
        ? {}
        : {
            triggers: [
              {
                kind: 'schedule' as const,
                name: scheduleName,
                ...(schedule.everyMs === 60_000 ? { cron: firstHourCron } : { every: schedule.everyMs }),
                misfire: schedule.misfire,
                input: { program: scheduledProgram },
              },
            ],
          }),
      ...(handler
        ? {
            onFailure: (event: { readonly instanceId: string }, _error: Error, step: Step) =>
              handle(step, life, event.instanceId, this.#world),
          }
        : {}),
      ...(callback ? { callback: { url: callbackUrl, secret: 'CALLBACK_SECRET' } } : {}),
    };
  }

  /** The program of an execution. */
  program(workflow: string, version: string, number: number): Node {
    const { programs } = this.#world.options;
    if (number === scheduledProgram) return scheduled;
    const ofWorkflow = workflow === 'child' ? programs.child : version === 'v2' ? programs.v2 : programs.v1;
    const program = ofWorkflow[number];
    if (program === undefined) throw new Error(`there is no program ${number}`);
    return program;
  }

  /** Whether an execution's program is {@link isSequential}. */
  isSequential(workflow: string, { version, data }: ExecutionRecord): boolean {
    const { program } = JSON.parse(data) as { program: number };
    return isSequential(this.program(workflow, version, program));
  }

  /** What an execution's code has seen before its first step. */
  seedOf(workflow: string, event: string, program: number): number {
    return workflow === 'child' ? childSeed(program) : hash(event);
  }
}

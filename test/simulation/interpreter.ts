// Interpreter: runs a program's tree against whatever gives steps their results: the engine, the model, or a journal.
import { encode } from '../../src/engine/codec.ts';
import { hash } from './dice.ts';
import type { Node, StepSpec } from './program.ts';

/** Gives steps their results. */
export interface Stepper {
  /**
   * @param path where in the tree, with the turns of its loops: names the step whatever order things come in
   * @param seen a digest of all that the code in front of this step has seen; what the step does depends on it
   */
  call(path: string, name: string, spec: StepSpec, seen: number): Promise<unknown>;
  map(
    items: readonly number[],
    work: (item: number) => Promise<unknown>,
    node: Extract<Node, { kind: 'map' }>,
  ): Promise<unknown>;
  /** Called where the code may end its object, so many times; for ever where that is Infinity. */
  collapse(path: string, times: number): Promise<void>;
  /** Told of what decides by who comes first. */
  contest?(how: 'race' | 'any' | 'all', failed: boolean): void;
  /** Told before and after the call of what nobody awaits. */
  detach?(work: Promise<unknown>): void;
}

/** What a failure looks like to the program: not its message, nor a label that depends on who came first. */
export interface Caught {
  readonly caught: string;
  readonly httpStatus?: number;
}

interface Flow {
  readonly value: unknown;
  readonly seen: number;
}

/** Runs a program; rejects with what it does not catch. */
export async function interpret(node: Node, seen: number, stepper: Stepper): Promise<unknown> {
  const { value } = await run(node, '', seen, stepper);
  return value;
}

async function run(node: Node, path: string, seen: number, stepper: Stepper): Promise<Flow> {
  switch (node.kind) {
    case 'step': {
      const value = await stepper.call(path, node.name, node.spec, seen);
      return { value, seen: digest(value, seen) };
    }
    case 'sequence': {
      const values: unknown[] = [];
      let now = seen;
      for (const [index, child] of node.nodes.entries()) {
        const flow = await run(child, `${path}.${index}`, now, stepper);
        values.push(flow.value);
        now = flow.seen;
      }
      return { value: values, seen: now };
    }
    case 'together':
      return together(node, path, seen, stepper);
    case 'loop': {
      const values: unknown[] = [];
      let now = seen;
      for (let turn = 0; turn < node.times; turn += 1) {
        const flow = await run(node.body, `${path}*${turn}`, now, stepper);
        values.push(flow.value);
        now = flow.seen;
      }
      return { value: values, seen: now };
    }
    case 'map': {
      const items = Array.from({ length: node.items }, (_, index) => index);
      const work = async (item: number) => (await run(node.body, `${path}%${item}`, seen, stepper)).value;
      const value = summary(await stepper.map(items, work, node));
      return { value, seen: digest(value, seen) };
    }
    case 'try':
      try {
        return await run(node.body, `${path}t`, seen, stepper);
      } catch (error) {
        const value = caught(error);
        if (node.otherwise === undefined) return { value, seen: digest(value, seen) };
        return await run(node.otherwise, `${path}o`, digest(value, seen), stepper);
      }
    case 'detached': {
      const work = run(node.body, `${path}d`, seen, stepper);
      work.catch(() => {});
      stepper.detach?.(work);
      return { value: 'detached', seen };
    }
    case 'hops':
      for (let hop = 0; hop < node.count; hop += 1) await Promise.resolve();
      return { value: node.count, seen };
    case 'collapse':
      await stepper.collapse(path, node.times);
      return { value: 'stands', seen };
    case 'choice': {
      const index = seen % node.nodes.length;
      return run(node.nodes[index]!, `${path}?${index}`, seen, stepper);
    }
  }
}

async function together(
  { how, nodes }: Extract<Node, { kind: 'together' }>,
  path: string,
  seen: number,
  stepper: Stepper,
): Promise<Flow> {
  const branches = nodes.map((child, index) => run(child, `${path}/${index}`, seen, stepper));
  const contest = (failed: boolean) => {
    if (how !== 'allSettled' && nodes.length > 1) stepper.contest?.(how, failed);
  };
  let value: unknown;
  try {
    switch (how) {
      case 'all':
        value = (await Promise.all(branches)).map((flow) => flow.value);
        break;
      case 'allSettled':
        value = (await Promise.allSettled(branches)).map((settled) =>
          settled.status === 'fulfilled' ? settled.value.value : caught(settled.reason),
        );
        break;
      case 'race':
        value = { first: (await Promise.race(branches)).value };
        break;
      case 'any':
        value = { any: (await Promise.any(branches)).value };
        break;
    }
  } catch (error) {
    contest(true);
    throw error;
  }
  contest(false);
  return { value, seen: digest(value, seen) };
}

/** Settled items of a map, without errors' messages. */
function summary(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) =>
    typeof item === 'object' &&
    item !== null &&
    'status' in item &&
    item.status === 'rejected' &&
    'reason' in item
      ? caught(item.reason)
      : item,
  );
}

/** An error as programs see it. */
export function caught(error: unknown): Caught {
  if (error instanceof AggregateError) return { caught: 'AggregateError' };
  if (!(error instanceof Error)) return { caught: `thrown ${String(error)}` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if ('httpStatus' in error && typeof error.httpStatus === 'number')
    return { caught: code, httpStatus: error.httpStatus };
  return { caught: code };
}

function digest(value: unknown, seen: number): number {
  const encoded = encode(value);
  return hash(encoded.ok ? (encoded.value ?? 'nothing') : 'unreadable', seen);
}

// WorkflowObject: one workflow's executions, or one shard of them. A thin class: the engine decides, the store keeps.
import { DurableObject } from 'cloudflare:workers';
import type {
  Accepted,
  AcceptRequest,
  AcceptResult,
  StatusRequest,
  WorkflowRpc,
} from '../src/core/acceptance.ts';
import type {
  ChangeRequest,
  ControlRefusal,
  ControlRpc,
  DecideRequest,
  ExecutionOutcome,
  ListedExecution,
  ListRequest,
  RedriveRequest,
  ScheduledRun,
  SendRequest,
} from '../src/core/control.ts';
import type {
  DeliveryQuestion,
  DeliveryRpc,
  KeyUse,
  StartedDelivery,
  StartedPage,
} from '../src/core/delivery-log.ts';
import type { StatusAnswer } from '../src/core/execution.ts';
import { parseExecutionId } from '../src/core/id.ts';
import { err, type Result } from '../src/core/result.ts';
import { Control } from '../src/engine/control.ts';
import { Shard } from '../src/engine/shard.ts';
import { Alarm } from './alarm.ts';
import { WorkflowDeliveries } from './workflow-delivery.ts';
import { makePorts, type WorkflowObjectParts } from './workflow-ports.ts';

const notFound = err({ kind: 'not-found', what: 'execution' } as const);

/** The name of the object that holds a shard of a workflow. A workflow's name has no slash, so names never meet. */
export function workflowObjectName(workflow: string, shard: number): string {
  return `${workflow}/${shard}`;
}

/** Makes the class of workflow objects for one box: no object imports a user's workflow. */
export function workflowObjectClass(parts: WorkflowObjectParts) {
  return class WorkflowObject extends DurableObject<object> implements WorkflowRpc, ControlRpc, DeliveryRpc {
    readonly #alarm: Alarm;
    readonly #shard: Shard | undefined;
    readonly #control: Control | undefined;
    readonly #deliveries: WorkflowDeliveries | undefined;

    constructor(ctx: DurableObjectState, env: object) {
      super(ctx, env);
      this.#alarm = new Alarm(ctx.storage);
      const [workflow = '', number = ''] = ctx.id.name?.split('/') ?? [];
      const versions = parts.workflows.get(workflow);
      if (versions === undefined) return;
      const shard = new Shard(
        { workflow, shard: Number(number) },
        versions,
        makePorts(ctx, this.#alarm, parts),
      );
      this.#shard = shard;
      this.#control = new Control(shard);
      this.#deliveries = new WorkflowDeliveries(ctx.storage.sql, workflow, Number(number));
      void ctx.blockConcurrencyWhile(async () => {
        await this.#alarm.load();
        shard.open();
      });
    }

    accept(request: AcceptRequest): Promise<AcceptResult> {
      if (this.#shard !== undefined) return this.#shard.accept(request);
      return Promise.resolve(err({ kind: 'workflow-unknown', workflow: request.workflow }));
    }

    async acceptAll(requests: readonly AcceptRequest[]): Promise<AcceptResult[]> {
      return Promise.all(requests.map((request) => this.accept(request)));
    }

    async status(request: StatusRequest): Promise<StatusAnswer | undefined> {
      const serial = serialOf(request.id);
      return serial === undefined ? undefined : this.#shard?.status(request, serial);
    }

    async send({ id, ...request }: SendRequest): Promise<Result<StatusAnswer, ControlRefusal>> {
      const serial = serialOf(id);
      return (serial === undefined ? undefined : this.#control?.send(request, serial)) ?? notFound;
    }

    async decide({ id, ...request }: DecideRequest): Promise<Result<StatusAnswer, ControlRefusal>> {
      const serial = serialOf(id);
      return (serial === undefined ? undefined : this.#control?.decide(request, serial)) ?? notFound;
    }

    async change({ id, ...request }: ChangeRequest): Promise<Result<StatusAnswer, ControlRefusal>> {
      const serial = serialOf(id);
      return (serial === undefined ? undefined : await this.#control?.change(request, serial)) ?? notFound;
    }

    async redrive({ id, ...request }: RedriveRequest): Promise<Result<Accepted, ControlRefusal>> {
      const serial = serialOf(id);
      return (serial === undefined ? undefined : this.#control?.redrive(request, serial)) ?? notFound;
    }

    async list(request: ListRequest): Promise<ListedExecution[]> {
      return this.#control?.list(request) ?? [];
    }

    async find(key: string): Promise<Accepted | undefined> {
      return this.#control?.find(key);
    }

    async outcome(id: string): Promise<ExecutionOutcome | undefined> {
      const serial = serialOf(id);
      return serial === undefined ? undefined : this.#control?.outcome(serial);
    }

    async hurry(id: string, step: number): Promise<void> {
      const serial = serialOf(id);
      if (serial !== undefined) this.#control?.hurry(step, serial);
    }

    async started(source: string, question: Omit<DeliveryQuestion, 'outcome'>): Promise<StartedPage> {
      return this.#deliveries?.page(source, question) ?? { executions: [], complete: question.from };
    }

    async startedBy(source: string, id: string): Promise<StartedDelivery[]> {
      return this.#deliveries?.of(source, id) ?? [];
    }

    async startedAs(source: string, ids: readonly string[]): Promise<StartedDelivery[]> {
      const serials = ids.flatMap((id) => serialOf(id) ?? []);
      return this.#deliveries?.behind(source, serials) ?? [];
    }

    async keyUses(source: string): Promise<KeyUse[]> {
      return this.#deliveries?.keyUses(source) ?? [];
    }

    async schedules(): Promise<ScheduledRun[]> {
      return this.#shard?.calendar.ensure() ?? [];
    }

    override async alarm(info?: AlarmInvocationInfo): Promise<void> {
      this.#alarm.rang();
      await this.#shard?.ring(info?.retryCount);
    }
  };
}

function serialOf(id: string): number | undefined {
  const parsed = parseExecutionId(id);
  return parsed.ok ? parsed.value.serial : undefined;
}

// Mutation: a break at one of the engine's seams. Each is a way in which the engine could be wrong; the simulation must find it.
import type { JournalEntry } from '../../src/core/step.ts';
import type { ExecutionRecord, Ports } from '../../src/engine/port.ts';
import type { Life } from './life.ts';
import { SimulatedStore } from './store.ts';

export type AlarmStorage = Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'>;

export interface Mutation {
  readonly name: string;
  /** Invariants of which it breaks one first. */
  readonly breaks: readonly string[];
  /** The store that lives are given. */
  readonly Store: typeof SimulatedStore;
  ports(ports: Ports, life: Life): Ports;
  alarmStorage(life: Life, storage: AlarmStorage): AlarmStorage;
  /** Whether answers leave before what they say is durable. */
  readonly leaky: boolean;
}

/** The engine as it is. */
export const sound: Mutation = {
  name: 'none',
  breaks: [],
  Store: SimulatedStore,
  ports: (ports) => ports,
  alarmStorage: (_life, storage) => storage,
  leaky: false,
};

/** Results come in the order of their steps' calls, not in that of the journal. */
class ResultsInCallOrder extends SimulatedStore {
  override readJournal(serial: number): JournalEntry[] {
    const entries = super.readJournal(serial);
    const settled = entries.filter(({ type }) => type === 'completed' || type === 'faulted');
    const sorted = settled.toSorted((a, b) => stepOf(a) - stepOf(b));
    return entries.map((entry) => (settled.includes(entry) ? (sorted.shift() ?? entry) : entry));
  }
}

function stepOf(entry: JournalEntry): number {
  return 'step' in entry ? entry.step : -1;
}

class TimersNeverCleared extends SimulatedStore {
  override clearTimer(): void {}
}

class TimersNotSet extends SimulatedStore {
  #set = 0;

  override setTimer(timer: Parameters<SimulatedStore['setTimer']>[0]): void {
    this.#set += 1;
    if (this.#set % 3 !== 0) super.setTimer(timer);
  }
}

class KeysNotChecked extends SimulatedStore {
  protected override readonly uniqueKeys = false;

  override findByKey(): undefined {
    return undefined;
  }
}

/** What a step returned is journaled once its workflow has gone on. */
class JournaledLate extends SimulatedStore {
  #late: (() => void) | undefined;

  override appendEntry(serial: number, seq: number, entry: JournalEntry): void {
    this.#catchUp();
    if (entry.type === 'completed') this.#late = () => super.appendEntry(serial, seq, entry);
    else super.appendEntry(serial, seq, entry);
  }

  override finishExecution(...given: Parameters<SimulatedStore['finishExecution']>): void {
    this.#catchUp();
    super.finishExecution(...given);
  }

  #catchUp(): void {
    const late = this.#late;
    this.#late = undefined;
    late?.();
  }
}

class MarkTooHigh extends SimulatedStore {
  override writeMark(name: string, value: number): void {
    super.writeMark(name, name === 'low-water' ? Math.max(value, (this.lastSerial() ?? 0) + 1) : value);
  }
}

class RateForgotten extends SimulatedStore {
  override lastArrivalTime(): undefined {
    return undefined;
  }
}

class CollapsesForgotten extends SimulatedStore {
  override writeMark(name: string, value: number): void {
    if (!name.startsWith('collapses:')) super.writeMark(name, value);
  }
}

class VersionNotKept extends SimulatedStore {
  override readExecution(serial: number): ExecutionRecord | undefined {
    const record = super.readExecution(serial);
    return record?.version === 'v2' ? { ...record, version: 'v1' } : record;
  }
}

class OpenPurged extends SimulatedStore {
  override purgeExecutions(
    ...[until, endedBefore, max]: Parameters<SimulatedStore['purgeExecutions']>
  ): number {
    for (const serial of this.openExecutions(0, 1)) this.purge([serial]);
    return super.purgeExecutions(until, endedBefore, max);
  }
}

/** An outbound request is sent under a key that each life makes anew. */
function keysOfTheirOwn(ports: Ports, life: Life): Ports {
  const fetch = (request: Request) => {
    const key = request.headers.get('idempotency-key');
    if (key !== null) request.headers.set('idempotency-key', `"${key.replaceAll('"', '')}.${life.number}"`);
    return ports.outbound.fetch(request);
  };
  return { ...ports, outbound: { ...ports.outbound, fetch } };
}

/** All mutations, the sound engine first. */
export const mutations: readonly Mutation[] = [
  sound,
  {
    ...sound,
    name: 'results in call order',
    breaks: [
      'an execution ends as its program does',
      'a replay is the run again',
      'what is cut does not complete',
    ],
    Store: ResultsInCallOrder,
  },
  {
    ...sound,
    name: 'timers never cleared',
    breaks: ['nothing sleeps for ever', 'everything ends'],
    Store: TimersNeverCleared,
  },
  { ...sound, name: 'timers not set', breaks: ['nothing sleeps for ever'], Store: TimersNotSet },
  { ...sound, name: 'keys not checked', breaks: ['one execution an event'], Store: KeysNotChecked },
  {
    ...sound,
    name: 'journaled late',
    breaks: ['nothing is seen before it is journaled'],
    Store: JournaledLate,
  },
  { ...sound, name: 'mark too high', breaks: ['nothing sleeps for ever'], Store: MarkTooHigh },
  { ...sound, name: 'rate forgotten', breaks: ['no limit is exceeded'], Store: RateForgotten },
  {
    ...sound,
    name: 'version not kept',
    breaks: ['an execution ends as its program does', 'a replay is the run again'],
    Store: VersionNotKept,
  },
  { ...sound, name: 'collapses forgotten', breaks: ['everything ends'], Store: CollapsesForgotten },
  {
    ...sound,
    name: 'acknowledged before it is durable',
    breaks: [
      'nothing is acknowledged before it is durable',
      'what is accepted is kept',
      'one execution an event',
      'a cancellation that was acknowledged is kept',
    ],
    leaky: true,
  },
  {
    ...sound,
    name: 'alarm not set again',
    breaks: ['the alarm stands at the earliest timer', 'nothing sleeps for ever'],
    alarmStorage: (life, { getAlarm, setAlarm }) => ({
      getAlarm,
      setAlarm: async (at) => (life.object.isRinging ? undefined : setAlarm(at)),
    }),
  },
  { ...sound, name: 'keys of each life', breaks: ['one key a step'], ports: keysOfTheirOwn },
  { ...sound, name: 'open executions purged', breaks: ['only what has ended is purged'], Store: OpenPurged },
  {
    ...sound,
    name: 'secrets not redacted',
    breaks: ['no secret is written down'],
    ports: (ports) => ({ ...ports, redact: (text) => text }),
  },
  {
    ...sound,
    name: 'results all at once',
    breaks: ['a replay is the run again', 'an execution ends as its program does'],
    ports: (ports) => ({ ...ports, clock: { ...ports.clock, turn: () => Promise.resolve() } }),
  },
];

// Mutation: a break at one of the engine's seams. Each is a way in which the engine could be wrong; the simulation must find it.
import type { Ports } from '../../src/engine/port.ts';
import type { Life } from './life.ts';
import { SimulatedStore } from './store.ts';

export type AlarmStorage = Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'>;

export interface Mutation {
  readonly name: string;
  /** The store that lives are given. */
  readonly Store: typeof SimulatedStore;
  ports(ports: Ports, life: Life): Ports;
  alarmStorage(life: Life, storage: AlarmStorage): DurableObjectStorage;
  /** Whether answers leave before what they say is durable. */
  readonly leaky: boolean;
}

/** The engine as it is. */
export const sound: Mutation = {
  name: 'none',
  Store: SimulatedStore,
  ports: (ports) => ports,
  // The alarm asks the storage for these two methods only.
  alarmStorage: (_life, storage) => storage as DurableObjectStorage,
  leaky: false,
};

/** All mutations, the sound engine first. */
export const mutations: readonly Mutation[] = [sound];

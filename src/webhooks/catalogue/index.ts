// The catalogue: every vendor's recipe under its id.
import type { Provider } from '../provider.ts';
import { providersAToF } from './a-to-f.ts';
import { providersGToO } from './g-to-o.ts';
import { providersPToZ } from './p-to-z.ts';

const all = [...providersAToF, ...providersGToO, ...providersPToZ];

/** All providers by id. No prototype: `providers['constructor']` is undefined. */
export const providers: Readonly<Record<string, Provider>> = Object.freeze(
  Object.assign(Object.create(null), Object.fromEntries(all.map((provider) => [provider.id, provider]))),
);

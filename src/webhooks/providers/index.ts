// Providers: every vendor's recipe under its id.
import type { Provider } from '../provider.ts';
import { generic } from './generic.ts';
import { github } from './github.ts';
import { shopify } from './shopify.ts';
import { slack } from './slack.ts';
import { standardwebhooks } from './standardwebhooks.ts';
import { stripe } from './stripe.ts';

const all: readonly Provider[] = [github, stripe, shopify, slack, standardwebhooks, generic];

/** The catalogue. No prototype: `providers['constructor']` is undefined. */
export const providers: Readonly<Record<string, Provider>> = Object.freeze(
  Object.assign(Object.create(null), Object.fromEntries(all.map((provider) => [provider.id, provider]))),
);

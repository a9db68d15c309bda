// Reader: what the service says about its executions, asked over its API.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isFinal, type ShownExecution } from '../../src/core/execution.ts';
import { readExecution } from '../local/client.ts';

/** Status questions under way at once. */
const connections = 8;
/** Wait between two rounds of questions, in ms. */
const roundMs = 250;
/** Pages of the list that are read at most, of 100 executions each. */
const pagesMax = 500;

const pageSchema = z.object({ executions: z.array(z.object({ id: z.string() })) });

export interface Api {
  readonly url: string;
  readonly rootKey: string;
}

/** Asks for every execution until each is final, or `patienceMs` are over; returns the ids of those that are not. */
export async function awaitFinal(api: Api, ids: readonly string[], patienceMs: number): Promise<string[]> {
  let open = [...ids];
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(roundMs)) {
    const shown = await readAll(api, open);
    open = shown.filter(({ status }) => !isFinal(status)).map(({ id }) => id);
    if (open.length === 0) break;
  }
  return open;
}

/** Reads executions by their ids, in that order. */
export async function readAll({ url, rootKey }: Api, ids: readonly string[]): Promise<ShownExecution[]> {
  const shown: ShownExecution[] = [];
  const rest = [...ids.entries()];
  const work = async (): Promise<void> => {
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const [index, id] = next;
      shown[index] = await readExecution(url, rootKey, `/v1/executions/${id}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return shown;
}

/**
 * The ids of all executions of order-to-crm, page by page.
 * @throws {Error} where the list is no list, or does not end.
 */
export async function listIds({ url, rootKey }: Api): Promise<string[]> {
  const ids: string[] = [];
  let path: string | undefined = '/v1/workflows/order-to-crm/executions?limit=100';
  for (let page = 0; path !== undefined; page += 1) {
    if (page === pagesMax) throw new Error(`The list of executions does not end after ${pagesMax} pages`);
    const response: Response = await fetch(`${url}${path}`, {
      headers: { Authorization: `Bearer ${rootKey}` },
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}: ${text}`);
    ids.push(...pageSchema.parse(JSON.parse(text)).executions.map(({ id }) => id));
    path = /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
  }
  return ids;
}

// Code that never yields, on real workerd: the test ends the process where the platform would end the object.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { buildBundle } from '../../scripts/local/bundle.ts';
import { makeSecrets, pickSecret } from '../../scripts/local/secret.ts';
import { startService } from '../../scripts/local/service.ts';
import { makeTempFolder } from '../../scripts/local/temp-folder.ts';
import { isFinal, shownExecutionSchema, type ShownExecution } from '../../src/core/execution.ts';
import { limit } from '../../src/core/limit.ts';

/**
 * Processor time, ms, after which an answer is taken to never come: an object that works needs less than a tenth of it. Of the process
 * itself, not of the clock: who is only slow, as others keep the machine busy, is not to be killed.
 */
const spentMsMax = 2_000;
/** Every other time, at most, nobody may be suspected. */
const killsMax = limit.collapsesMax * 2;

/** A signal that aborts once the process has worked for `spentMsMax` from now on; where that is not told, once so much time has passed. */
function patienceWith(pid: number): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const before = spentMs(pid);
  const timer = setInterval(() => {
    if (spentMs(pid) - before >= spentMsMax) controller.abort();
  }, 50);
  return { signal: controller.signal, [Symbol.dispose]: () => clearInterval(timer) };
}

/** Processor time of a process, ms: `utime` and `stime` of its line in /proc (proc(5)), in ticks of 10 ms. */
function spentMs(pid: number): number {
  if (process.platform !== 'linux') return performance.now();
  const [, afterName = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [userTicks, systemTicks] = afterName.split(' ').slice(11, 13).map(Number);
  return ((userTicks ?? 0) + (systemTicks ?? 0)) * 10;
}

it.each([0, 2])(
  'an execution whose code never yields after %i steps is given up, and those beside it complete',
  { timeout: 600_000 },
  async (steps) => {
    using folder = makeTempFolder();
    const bundle = await buildBundle(join(folder.path, 'bundle'), 'test/fixture/collapse-worker.ts');
    const bindings = makeSecrets();
    const authorization = { Authorization: `Bearer ${pickSecret(bindings, 'SIGNALBOX_ROOT_KEY')}` };
    const start = () => startService(bundle, { storage: join(folder.path, 'objects'), bindings });
    let service = await start();
    let kills = 0;
    /** Asks until there is an answer; a service that is silent is ended and started again. */
    const ask = async (
      path: string,
      init: RequestInit = {},
      extra: Readonly<Record<string, string>> = {},
    ): Promise<unknown> => {
      const headers = { ...authorization, 'Content-Type': 'application/json', ...extra };
      for (;;) {
        try {
          using patience = patienceWith(service.pid);
          const response = await fetch(`${service.url}${path}`, {
            ...init,
            headers,
            signal: patience.signal,
          });
          if (!response.ok) throw new Error(`${path} answered ${response.status}`);
          return await response.json();
        } catch (error) {
          if (!(error instanceof DOMException)) throw error;
          kills += 1;
          if (kills > killsMax) throw new Error(`the service was silent ${kills} times`, { cause: error });
          await service.kill();
          service = await start();
        }
      }
    };
    const accept = async (key: string, input: object): Promise<string> => {
      const init = { method: 'POST', body: JSON.stringify(input) };
      const body = await ask('/v1/workflows/shared/executions', init, { 'Idempotency-Key': `"${key}"` });
      return shownExecutionSchema.pick({ id: true }).parse(body).id;
    };
    const finish = async (id: string): Promise<ShownExecution> => {
      for (let asked = 0; asked < 1_200; asked += 1) {
        const shown = shownExecutionSchema.parse(await ask(`/v1/executions/${id}`));
        if (isFinal(shown.status)) return shown;
        await sleep(100);
      }
      throw new Error(`execution ${id} is not final`);
    };
    try {
      const beside = await accept('beside', { steps: 2, loops: false });
      const looping = await accept('looping', { steps, loops: true });
      const [ended, lost] = [await finish(beside), await finish(looping)];

      expect(ended.status).toBe('completed');
      expect(lost).toMatchObject({ status: 'faulted', error: { code: 'interrupted' } });
      expect(lost.error?.message).toContain('its code seems to loop for ever');
      expect(kills).toBeGreaterThanOrEqual(limit.collapsesMax);
      expect(kills).toBeLessThanOrEqual(killsMax);
      expect(await finish(await accept('after', { steps: 1, loops: false }))).toMatchObject({
        status: 'completed',
      });
    } finally {
      await service.kill();
    }
  },
);

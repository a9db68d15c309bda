// A box to be hard on: the built Worker on workerd with its storage on disk, and a stand-in CRM, each in a process of its own.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { readExecution } from '../../scripts/local/client.ts';
import { type Crm, type CrmOptions, standInVars, startCrm } from '../../scripts/local/crm-process.ts';
import { makeSecrets, pickSecret, type Secrets } from '../../scripts/local/secret.ts';
import { type Service, startService } from '../../scripts/local/service.ts';
import { makeTempFolder, type TempFolder } from '../../scripts/local/temp-folder.ts';
import { isFinal, type ShownExecution } from '../../src/core/execution.ts';

/**
 * How long an execution may take, in ms: the CRM's own pace is a few seconds, an unasked recovery ten. The rest is for a machine that
 * is busy; it is no more than the end of a test that hangs, below the runner's own (vitest.process.config.ts), so that it says why.
 */
const patienceMs = 150_000;

export class Box implements AsyncDisposable {
  readonly secrets: Secrets;
  readonly crm: Crm;
  readonly #folder: TempFolder;
  #service: Service | undefined;

  private constructor(folder: TempFolder, secrets: Secrets, crm: Crm) {
    this.#folder = folder;
    this.secrets = secrets;
    this.crm = crm;
  }

  static async open(
    temper: Pick<CrmOptions, 'unavailableTimes' | 'indexingMs' | 'latencyMs'> = {},
  ): Promise<Box> {
    const folder = makeTempFolder();
    const secrets = makeSecrets();
    const tokens = ['CRM_TOKEN', 'ONBOARDING_TOKEN'].map((name) => pickSecret(secrets, name));
    const crm = await startCrm({ log: join(folder.path, 'crm.log'), tokens, ...temper });
    const box = new Box(folder, secrets, crm);
    await box.restart();
    return box;
  }

  get url(): string {
    if (this.#service === undefined) throw new Error('The service is dead');
    return this.#service.url;
  }

  get rootKey(): string {
    return pickSecret(this.secrets, 'SIGNALBOX_ROOT_KEY');
  }

  /** SIGKILL to workerd. */
  async kill(): Promise<void> {
    await this.#service?.kill();
    this.#service = undefined;
  }

  /** Starts the service on the same storage. */
  async restart(): Promise<void> {
    this.#service = await startService(inject('bundle'), {
      storage: join(this.#folder.path, 'objects'),
      bindings: { ...this.secrets, ...standInVars(this.crm.url) },
    });
  }

  /** The execution as it is now. */
  async read(id: string): Promise<ShownExecution> {
    return readExecution(this.url, this.rootKey, `/v1/executions/${id}`);
  }

  /** The execution once it is final. */
  async finish(id: string): Promise<ShownExecution> {
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(50)) {
      const execution = await this.read(id);
      if (isFinal(execution.status)) return execution;
    }
    throw new Error(
      `Execution ${id} is not final after ${patienceMs / 1000} s: ${JSON.stringify(await this.read(id))}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.crm.child.end('SIGKILL');
    this.#folder[Symbol.dispose]();
  }
}

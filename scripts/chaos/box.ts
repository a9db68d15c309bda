// Box: the service and its CRM, each a process that is killed and started again on what it left on the disk, at the same port.
import { join } from 'node:path';
import type { Bundle } from '../local/bundle.ts';
import type { CrmLogLine } from '../local/crm-book.ts';
import { type Crm, type CrmOptions, standInVars, startCrm } from '../local/crm-process.ts';
import { pickSecret, type Secrets } from '../local/secret.ts';
import { type Service, startService } from '../local/service.ts';

/** How long the CRM takes to answer once it has done what it was asked, in ms: the window in which an answer can be lost. */
const latencyMs = 40;
/** Indexed when it is first asked, as a rule: what is tested is the crash, not the CRM's pace. */
const indexingMs = 200;

export interface BoxOptions {
  readonly bundle: Bundle;
  /** Where the objects' databases and the CRM's log lie. */
  readonly folder: string;
  readonly secrets: Secrets;
  /** Times that the CRM refuses each order with a 503 before it takes it. */
  readonly refusals: number;
}

export class Box implements AsyncDisposable {
  readonly #options: BoxOptions;
  readonly #crmOptions: CrmOptions;
  #crm: Crm;
  #service: Service | undefined;
  #port = 0;

  private constructor(options: BoxOptions, crmOptions: CrmOptions, crm: Crm) {
    this.#options = options;
    this.#crmOptions = { ...crmOptions, port: Number(new URL(crm.url).port) };
    this.#crm = crm;
  }

  static async open(options: BoxOptions): Promise<Box> {
    const { folder, secrets, refusals } = options;
    const crmOptions = {
      log: join(folder, 'crm.jsonl'),
      tokens: [pickSecret(secrets, 'CRM_TOKEN')],
      unavailableTimes: refusals,
      indexingMs,
      latencyMs,
    };
    const box = new Box(options, crmOptions, await startCrm(crmOptions));
    try {
      await box.start();
    } catch (error) {
      await box[Symbol.asyncDispose]();
      throw error;
    }
    return box;
  }

  /** Where the service listens, now or when it is started again. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What the CRM was asked and did, in all its lives. */
  log(): CrmLogLine[] {
    return this.#crm.log();
  }

  /** Starts the service. */
  async start(): Promise<void> {
    const { bundle, folder, secrets } = this.#options;
    const bindings = { ...secrets, ...standInVars(this.#crm.url) };
    const storage = join(folder, 'objects');
    this.#service = await startService(bundle, { storage, bindings, port: this.#port });
    this.#port = this.#service.port;
  }

  /** SIGKILL to the service. */
  async kill(): Promise<void> {
    await this.#service?.kill();
    this.#service = undefined;
  }

  /** SIGKILL to the CRM. */
  async killCrm(): Promise<void> {
    await this.#crm.child.end('SIGKILL');
  }

  async startCrm(): Promise<void> {
    this.#crm = await startCrm(this.#crmOptions);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.killCrm();
  }
}

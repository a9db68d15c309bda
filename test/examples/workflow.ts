// The workflows of the examples, with the tests' peer in the place of the services they call.
import type { WorkflowDefinition } from '../../src/engine/index.ts';
import { cloudflareOrder } from '../engine/cloudflare-workflow.ts';
import { misuse } from './misuse-workflow.ts';

export const exampleWorkflows: readonly WorkflowDefinition[] = [cloudflareOrder, misuse];

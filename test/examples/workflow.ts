// The workflows of the examples, with the tests' peer in the place of the services they call.
import type { WorkflowDefinition } from '../../src/engine/index.ts';
import { misuse } from './misuse-workflow.ts';

export const exampleWorkflows: readonly WorkflowDefinition[] = [misuse];

// Names: an object is found by a text made of a workflow and a shard, or by a source's name; no two may ever make the same (AZ-12).
import { expect, it } from 'vitest';
import { z } from 'zod';
import { workflowObjectName } from '../../durable-objects/workflow.ts';
import { defineSource } from '../../src/core/source.ts';
import { defineWorkflow } from '../../src/engine/index.ts';

it.each([
  'a:b',
  'a/b',
  'a/0',
  'a.b',
  'a b',
  'a\u0000b',
  '../a',
  '%61',
  '',
  'A',
  'é',
  'e\u0301',
  '1a',
  '-a',
  'a'.repeat(64),
])('%j names neither a workflow nor a source', (name) => {
  expect(() => defineWorkflow({ name, version: '1', input: z.unknown() }, async () => 1)).toThrow(/name/);
  expect(() => defineSource({ name, provider: 'github', secrets: [] })).toThrow(/must be lower-case/);
});

it('the names that there can be make as many objects as there are shards', () => {
  const names = ['a', 'a-0', 'a-1', 'a0', 'a-', 'a1', 'a'.repeat(63)];
  const shards = [0, 1, 10, 11, 1_023];
  const objects = names.flatMap((name) => shards.map((shard) => workflowObjectName(name, shard)));

  expect(new Set(objects).size).toBe(names.length * shards.length);
});

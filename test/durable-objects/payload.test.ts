// Payloads that no row takes: results of steps and of executions up to their limit, and past it.
import { evictDurableObject, reset, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { parseExecutionId } from '../../src/core/id.ts';
import { limit } from '../../src/core/limit.ts';
import { textOf } from '../fixture/payload-workflow.ts';
import type { PeerRequest } from '../peer/server.ts';
import { objectOf, passTime, start, statusOf, untilFinal, untilStatus } from './object.ts';

const peerUrl = inject('peerUrl');
const { outputBytesMax, rowTextBytesMax, journalBytesMax, shownOutputsLengthMax } = limit;
const dayMs = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** Rows that an execution has in a table of its object. */
async function count(id: string, table: 'execution' | 'journal' | 'part'): Promise<unknown> {
  const parsed = parseExecutionId(id);
  if (!parsed.ok) throw new Error(`no id: ${id}`);
  const { workflow, serial } = parsed.value;
  const column = table === 'execution' ? 'serial' : 'execution';
  return runInDurableObject(
    objectOf(workflow),
    (_object, { storage }) =>
      storage.sql.exec(`select count(*) as count from ${table} where ${column} = ?`, serial).one()['count'],
  );
}

/** A result of one character so many bytes long. */
function piece(bytes: number, of = 'x') {
  return { of, bytes };
}

describe("a step's result", () => {
  it.each([
    ['as long as a row takes', rowTextBytesMax, 0],
    ['one byte longer than that', rowTextBytesMax + 1, 1],
    ['of two rows', 2 * rowTextBytesMax, 1],
    ['of two rows and a byte', 2 * rowTextBytesMax + 1, 2],
    ['as large as may be', outputBytesMax, 4],
  ])('%s comes back as it was, after an eviction too', async (_what, bytes, parts) => {
    const id = await start('payload', { pieces: [piece(bytes), piece(9)], naps: true });
    await untilStatus(id, 'waiting');
    expect(await count(id, 'journal')).toBe(3);
    expect(await count(id, 'part')).toBe(parts);
    await evictDurableObject(objectOf('payload'));
    await passTime('payload', 3_600_000);
    expect((await untilFinal(id)).output).toEqual(['intact', 'intact']);
  });

  it.each([
    ['é', 2],
    ['€', 3],
    ['😀', 4],
  ])('of %s is never cut within one', async (of, width) => {
    // The boundary falls on each byte of the character once.
    const pieces = Array.from({ length: width }, (_, at) => piece(rowTextBytesMax + 5 + at, of));
    const id = await start('payload', { pieces, naps: true });
    await untilStatus(id, 'waiting');
    expect(await count(id, 'part')).toBe(width);
    await evictDurableObject(objectOf('payload'));
    await passTime('payload', 3_600_000);
    expect((await untilFinal(id)).output).toEqual(pieces.map(() => 'intact'));
  });

  it.each(['x', '😀'])('of %s past the limit fails its step, and no other', async (of) => {
    const id = await start('payload', { pieces: [piece(outputBytesMax + 1, of), piece(9)] });
    const shown = await untilFinal(id);
    const sentence = `Cannot keep the result of step 'piece 0' as it must be at most ${outputBytesMax} bytes: it is ${outputBytesMax + 1}; store it elsewhere and return where`;
    expect(shown).toMatchObject({ status: 'completed', output: [sentence, 'intact'] });
    expect(shown.steps.map(({ status }) => status)).toEqual(['faulted', 'completed']);
    expect(shown.steps[0]?.attempts).toMatchObject([{ error: { code: 'misuse', message: sentence } }]);
  });

  it('is read by no code that knows no parts, rather than read in part', async () => {
    const id = await start('payload', { pieces: [piece(rowTextBytesMax + 1)], naps: true });
    await untilStatus(id, 'waiting');
    const [entry] = await runInDurableObject(objectOf('payload'), (_object, { storage }) => [
      ...storage.sql.exec<{ entry: string }>('select entry from journal where seq = 0'),
    ]);
    expect(() => JSON.parse(entry?.entry ?? '')).toThrow(SyntaxError);
  });
});

describe('the results of an execution', () => {
  const whole = journalBytesMax / outputBytesMax;

  it('fail the step that is past what is read at once, and no other', async () => {
    const pieces = [...Array.from({ length: whole }, () => piece(outputBytesMax)), piece(9)];
    const id = await start('payload', { pieces });
    const shown = await untilFinal(id);
    const sentence = `Cannot keep the result of step 'piece ${whole}' as the results, events and errors of an execution must be at most ${journalBytesMax} bytes together: they would be ${journalBytesMax + 9}; store it elsewhere and return where`;
    expect(shown).toMatchObject({
      status: 'completed',
      output: [...Array.from({ length: whole }, () => 'intact'), sentence],
    });
    expect(shown.steps.at(-1)).toMatchObject({
      status: 'faulted',
      attempts: [{ error: { code: 'misuse', step: `piece ${whole}` } }],
    });
  });

  it('count what a character past U+00FF takes in memory', async () => {
    // With one of them a text has two bytes for each unit: of the 8 MiB, of which three bytes are one unit, 16 MiB less 4 bytes.
    const wide = { ...piece(outputBytesMax), also: '€' };
    const pieces = Array.from({ length: whole / 2 }, () => wide);
    const id = await start('payload', { pieces: [...pieces, piece(8), piece(9)] });
    expect((await untilFinal(id)).output).toEqual([
      ...pieces.map(() => 'intact'),
      'intact',
      expect.stringContaining(`they would be ${journalBytesMax + 9};`),
    ]);
  });

  it('that fill the journal leave no room for another attempt', async () => {
    const id = await start('payload-failing', {
      pieces: Array.from({ length: whole }, () => piece(outputBytesMax)),
    });
    const shown = await untilFinal(id);
    expect(shown.error?.message).toContain('not tried again');
    expect(shown.steps.at(-1)).toMatchObject({ status: 'faulted', attempts: [{ error: { name: 'Error' } }] });
  });
});

describe("an execution's own result", () => {
  it('is in its row as long as it fits there', async () => {
    const padding = 'y'.repeat(1_000_000);
    const id = await start('payload', { own: piece(900_000), padding });
    await untilFinal(id);
    expect(await count(id, 'part')).toBe(0);
  });

  it('has parts where its input leaves no room for it, and is the same', async () => {
    const padding = 'y'.repeat(1_000_000);
    const own = piece(1_000_000);
    const id = await start('payload', { own, padding });
    const shown = await untilFinal(id);
    expect(shown).toMatchObject({ status: 'completed', error: null });
    expect(shown.output === textOf(own)).toBe(true);
    expect(await count(id, 'part')).toBe(1);
  });

  it.each(['x', '😀'])('of %s is kept up to the limit, and past it the execution faults', async (of) => {
    const own = piece(outputBytesMax, of);
    const id = await start('payload', { own });
    await untilFinal(id);
    await evictDurableObject(objectOf('payload'));
    expect((await statusOf(id)).output === textOf(own)).toBe(true);
    const [row] = await runInDurableObject(objectOf('payload'), (_object, { storage }) => [
      ...storage.sql.exec<{ output: string | null; error: string }>(
        'select output, error from execution order by serial desc',
      ),
    ]);
    // As above: code that knows no parts does not take it for an execution without an output.
    expect(row?.output).toBeNull();
    expect(() => JSON.parse(row?.error ?? '')).toThrow(SyntaxError);
    const past = await untilFinal(await start('payload', { own: piece(outputBytesMax + 1, of) }));
    expect(past).toMatchObject({ status: 'faulted', output: null, error: { code: 'misuse' } });
    expect(past.error?.message).toContain("Cannot keep the result of workflow 'payload'");
  });

  it('is handed to the execution that invoked it, and kept there', async () => {
    const id = await start('payload-parent', { own: piece(outputBytesMax, '€') });
    await untilStatus(id, 'waiting');
    await vi.waitFor(async () => expect((await statusOf(id)).steps).toHaveLength(2), { timeout: 5_000 });
    await evictDurableObject(objectOf('payload-parent'));
    await passTime('payload-parent', 3_600_000);
    expect(await untilFinal(id)).toMatchObject({ status: 'completed', output: 'intact' });
  });

  it('is not in a list of executions, and does not hinder it', async () => {
    const id = await start('payload', { own: piece(outputBytesMax) });
    await untilFinal(id);
    const [listed] = await objectOf('payload').list({ max: 1 });
    expect(listed).toMatchObject({ id, status: 'completed' });
    expect(listed).not.toHaveProperty('output');
  });

  it('is left out of a callback that would not fit a row, which says how large it is', async () => {
    const id = await start('payload-told', { own: piece(rowTextBytesMax, '"') });
    expect(await untilFinal(id)).toMatchObject({ status: 'completed' });
    const listed = await objectOf('payload-told').list({ max: 10 });
    await untilFinal(listed.find(({ version }) => version === '$callback')?.id ?? '');
    const [told]: PeerRequest[] = await (await fetch(`${peerUrl}/log/payload-told`)).json();
    const { data } = z.object({ data: z.looseObject({}) }).parse(JSON.parse(told?.body ?? ''));
    expect(data).toMatchObject({ id, status: 'completed', output: null });
    expect(data['outputOmittedBytes']).toBeGreaterThan(rowTextBytesMax);
  });
});

describe("a peer's answer", () => {
  it('is kept at its ceiling, and fails its step past it', async () => {
    const url = (bytes: number) => `${peerUrl}/body/payload?bytes=${bytes}`;
    const id = await start('payload-asking', { url: url(limit.responseBytesCeiling) });
    await untilStatus(id, 'waiting');
    expect(await count(id, 'part')).toBe(2);
    await evictDurableObject(objectOf('payload-asking'));
    await passTime('payload-asking', 3_600_000);
    expect((await untilFinal(id)).output).toBe(limit.responseBytesCeiling);
    const past = await start('payload-asking', { url: url(limit.responseBytesCeiling + 1) });
    expect(await untilFinal(past)).toMatchObject({ error: { code: 'response-too-large', step: 'ask' } });
  });
});

describe('an event', () => {
  it('of the largest size is kept, however much of it JSON escapes', async () => {
    const id = await start('payload-listener');
    await untilStatus(id, 'waiting');
    const text = '"'.repeat(limit.bodyBytesMax / 2 - 1);
    const data = JSON.stringify(text);
    expect(data).toHaveLength(limit.bodyBytesMax);
    expect(await objectOf('payload-listener').send({ id, eventId: 'e1', type: 'text', data })).toMatchObject({
      ok: true,
    });
    expect((await untilFinal(id)).output).toBe(text.length);
  });

  it('is refused by an execution that has no room for it', async () => {
    const pieces = Array.from({ length: journalBytesMax / outputBytesMax }, () => piece(outputBytesMax));
    const id = await start('payload', { pieces, naps: true });
    await untilStatus(id, 'waiting');
    const sent = await objectOf('payload').send({ id, eventId: 'e1', type: 'text', data: '"x"' });
    expect(sent).toMatchObject({ ok: false, error: { kind: 'conflict' } });
    expect(sent.ok ? '' : JSON.stringify(sent.error)).toContain(`at most ${journalBytesMax} bytes together`);
  });
});

describe('the status', () => {
  it('shows the shortest outputs, and of the rest how large they are', async () => {
    const pieces = [piece(outputBytesMax, '€'), piece(9), piece(outputBytesMax), piece(4_000_000, '😀')];
    const id = await start('payload', { pieces, own: piece(100) });
    const shown = await untilFinal(id);
    expect(shown.steps.map(({ output }) => typeof output)).toEqual([
      'string',
      'string',
      'undefined',
      'string',
    ]);
    expect(shown.steps.map(({ outputOmittedBytes }) => outputOmittedBytes)).toEqual([
      undefined,
      undefined,
      outputBytesMax,
      undefined,
    ]);
    expect(shown.output === textOf(piece(100))).toBe(true);
  });

  it("shows the execution's own output before those of its steps", async () => {
    const own = piece(outputBytesMax);
    const id = await start('payload', { pieces: [piece(3_000_000), piece(9)], own });
    const shown = await untilFinal(id);
    expect(shown.output === textOf(own)).toBe(true);
    expect(shown.steps).toMatchObject([{ outputOmittedBytes: 3_000_000 }, { output: textOf(piece(9)) }]);
    expect(shown.steps[0]).not.toHaveProperty('output');
  });

  it('is answered by an execution whose journal is full, and fits a message', async () => {
    const pieces = Array.from({ length: 2 * (journalBytesMax / outputBytesMax) }, () =>
      piece(outputBytesMax / 2),
    );
    const id = await start('payload', { pieces: [piece(5, '€'), ...pieces], own: piece(outputBytesMax) });
    await untilFinal(id);
    const answer = await objectOf('payload').status({ id });
    expect(answer?.body.length).toBeGreaterThan(outputBytesMax);
    expect(answer?.body.length).toBeLessThan(shownOutputsLengthMax + 64 * 1_024);
  });
});

describe('redriving', () => {
  it('keeps results that no row takes', async () => {
    const id = await start('payload', { pieces: [piece(outputBytesMax), piece(9)], naps: true });
    await untilStatus(id, 'waiting');
    await passTime('payload', 3_600_000);
    await untilFinal(id);
    const redriven = await objectOf('payload').redrive({ id, from: 'nap', key: 'k' });
    if (!redriven.ok) throw new Error('refused');
    await untilStatus(redriven.value.id, 'waiting');
    expect(await count(redriven.value.id, 'part')).toBe(4);
    await evictDurableObject(objectOf('payload'));
    await passTime('payload', 3_600_000);
    expect((await untilFinal(redriven.value.id)).output).toEqual(['intact', 'intact']);
  });
});

describe('the purge', () => {
  it('leaves nothing of what had parts', async () => {
    const id = await start('payload', { pieces: [piece(outputBytesMax)], own: piece(outputBytesMax) });
    await untilFinal(id);
    expect(await count(id, 'part')).toBe(4 + 5);
    await passTime('payload', 31 * dayMs);
    expect(await objectOf('payload').status({ id })).toBeUndefined();
    for (const table of ['execution', 'journal', 'part'] as const) expect(await count(id, table)).toBe(0);
  });
});

import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { objectOf, requestFor, start, untilFinal, untilStatus, passTime, statusOf } from './object.ts';

const peerUrl = inject('peerUrl');
let cursors: { query: string; cursor: SqlStorageCursor<any> }[] = [];
let alarms = 0;

async function meter(workflow: string) {
  await runInDurableObject(objectOf(workflow), (_o, state) => {
    const proto = Object.getPrototypeOf(state.storage.sql);
    const exec = proto.exec;
    if (!exec.wrapped) {
      proto.exec = function (query: string, ...b: unknown[]) {
        const cursor = exec.call(this, query, ...b);
        cursors.push({ query, cursor });
        return cursor;
      };
      proto.exec.wrapped = true;
      const sp = Object.getPrototypeOf(state.storage);
      const set = sp.setAlarm;
      sp.setAlarm = function (...a: unknown[]) { alarms++; cursors.push({query: 'ALARM', cursor: {rowsRead:0,rowsWritten:1} as any}); return set.apply(this, a); };
    }
  });
}
function dump(label: string) {
  console.log(label, cursors.map(({ query, cursor }) => `${query.replace(/\s+/g,' ').slice(0, 60)} r${cursor.rowsRead} w${cursor.rowsWritten}`));
  cursors = [];
}
beforeEach(() => { vi.useFakeTimers({ toFake: ['Date'] }); });
afterEach(async () => { vi.useRealTimers(); await reset(); });
it('x', async () => {
  await meter('gated');
  cursors = [];
  dump('open');
  await meter('steps');
  dump('open steps');
  await untilFinal(await start('steps', { count: 0 }));
  dump('first');
  const id = await start('steps', { count: 5 });
  dump('accept?');
  await runInDurableObject(objectOf('steps'), async () => { await scheduler.wait(50); });
  dump('5');
  await statusOf(id);
  dump('status');
  await passTime('steps', 10_000);
  dump('ring');
  await start('steps', { count: 5 });
  await runInDurableObject(objectOf('steps'), async () => { await scheduler.wait(50); });
  dump('after ring');
});

// Workflow schema: the tables of a workflow object, one migration after the other. A deployed one never changes.
import type { Migration } from './migration.ts';

export const workflowMigrations: readonly Migration[] = [
  [
    // An integer key keeps rows in leaves only: with a text key in a table without rowids, a million executions of 1 KiB
    // would make a tree of ten levels.
    `create table execution (
      serial integer primary key,
      key text not null,
      fingerprint text,
      version text not null,
      event text not null,
      data text not null,
      traceparent text,
      created_at integer not null,
      status text not null,
      started_at integer,
      ended_at integer,
      output text,
      error text,
      reason text,
      origin text,
      parent text,
      limits text
    ) strict`,
    'create unique index execution_key on execution (key)',
    `create table journal (
      execution integer not null,
      seq integer not null,
      entry text not null,
      output text,
      primary key (execution, seq)
    ) strict, without rowid`,
    `create table timer (
      due integer not null,
      execution integer not null,
      step integer not null,
      primary key (due, execution, step)
    ) strict, without rowid`,
    'create table mark (name text primary key, value integer not null) strict, without rowid',
  ],
  // The delivery that brought the event, as JSON, and its raw body where the execution's data is another text. In the execution's
  // own row, so that keeping them writes none.
  ['alter table execution add column delivery text', 'alter table execution add column body blob'],
  // What does not fit the row that it belongs to: the rest of a journal entry's output, or an execution's whole output.
  [
    `create table part (
      execution integer not null,
      seq integer not null,
      at integer not null,
      text text not null,
      primary key (execution, seq, at)
    ) strict, without rowid`,
  ],
];

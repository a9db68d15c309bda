// docs/providers.md says what the catalogue says.
import { expect, it } from 'vitest';
import written from '../../docs/providers.md?raw';
import { providersTable } from '../../src/webhooks/table.ts';
import { providers } from '../../src/webhooks/index.ts';

it('the table of providers is current (node scripts/providers-table.ts writes it)', () => {
  expect(written).toBe(providersTable(Object.values(providers)));
});

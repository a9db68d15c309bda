// Ids of deliveries: UUIDs that sort as the deliveries came.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deliveryMoment, firstDeliveryIdAt, formatDeliveryId } from '../../src/core/delivery.ts';

const now = Date.UTC(2026, 10, 21, 9, 30);

describe('an id of a delivery', () => {
  it('is a UUID of version 7 that tells when it came', () => {
    for (const byte of [0, 0x5a, 0xff]) {
      const id = formatDeliveryId(now, new Uint8Array(10).fill(byte));
      expect(z.uuidv7().parse(id)).toBe(id);
      expect(deliveryMoment(id)).toBe(now);
    }
  });

  it('sorts by its moment, whatever the random bytes are', () => {
    const last = formatDeliveryId(now, new Uint8Array(10).fill(0xff));
    const first = formatDeliveryId(now + 1, new Uint8Array(10));
    expect(last < first).toBe(true);
    expect(firstDeliveryIdAt(now) <= formatDeliveryId(now, new Uint8Array(10))).toBe(true);
    expect(last < firstDeliveryIdAt(now + 1)).toBe(true);
  });

  it('uses all of its random bytes but the bits of version and variant', () => {
    expect(
      formatDeliveryId(now, Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x34)),
    ).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7123-8567-89abcdef0123$/);
  });

  it.each([
    '',
    'x',
    '00000000-0000-4000-8000-000000000000',
    `${firstDeliveryIdAt(now)} `,
    firstDeliveryIdAt(now).toUpperCase(),
  ])('%j is none', (text) => {
    expect(deliveryMoment(text)).toBeUndefined();
  });
});

import type { Delivery } from '../delivery.ts';

/** CRC-32 of the body (ISO 3309, as in zlib), unsigned decimal: PayPal signs this instead of the body. */
export function crc32Text(delivery: Delivery): string {
  let crc = 0xffff_ffff;
  for (const byte of delivery.body) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return String((crc ^ 0xffff_ffff) >>> 0);
}

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  return value;
});

// DER: the little of ASN.1 that keys and signatures need (ITU-T X.690): lengths are definite, numbers minimal.

/** One element: its tag, its content, and itself with tag and length. */
interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

const integer = 0x02;
const sequence = 0x30;

/** The elements that `bytes` are made of; undefined where they are not DER to the last byte. */
function readDer(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0xff;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || lengthBytes > 3) return undefined;
    const length =
      first < 0x80
        ? first
        : bytes.subarray(at + 2, at + 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
    const start = at + 2 + lengthBytes;
    if (start + length > bytes.length) return undefined;
    elements.push({
      tag,
      content: bytes.subarray(start, start + length),
      whole: bytes.subarray(at, start + length),
    });
    at = start + length;
  }
  return elements;
}

/** The SubjectPublicKeyInfo of an X.509 certificate (RFC 5280 section 4.1). Neither dates nor issuer are judged: who served it counts. */
export function certificateKey(certificate: Uint8Array): Uint8Array | undefined {
  const [outer] = readDer(certificate) ?? [];
  const [body] = outer?.tag === sequence ? (readDer(outer.content) ?? []) : [];
  const fields = body?.tag === sequence ? (readDer(body.content) ?? []) : [];
  // version [0] is optional; then serial, algorithm, issuer, validity, subject, key.
  const key = fields[fields[0]?.tag === 0xa0 ? 6 : 5];
  return key?.tag === sequence ? key.whole : undefined;
}

/** A DER ECDSA signature as r and s side by side, as WebCrypto takes it; undefined where it isn't minimal DER of two positive numbers. */
export function ecdsaSignature(der: Uint8Array, size: number): Uint8Array | undefined {
  const [outer, more] = readDer(der) ?? [];
  const numbers = outer?.tag === sequence && more === undefined ? readDer(outer.content) : undefined;
  if (numbers?.length !== 2) return undefined;
  const raw = new Uint8Array(size * 2);
  for (const [index, { tag, content }] of numbers.entries()) {
    const [first = 0, second = 0] = content;
    const isMinimal = content.length === 1 || first !== 0 || second >= 0x80;
    const digits = first === 0 ? content.subarray(1) : content;
    if (tag !== integer || content.length === 0 || first >= 0x80 || !isMinimal || digits.length > size)
      return undefined;
    raw.set(digits, size * (index + 1) - digits.length);
  }
  return raw;
}

/** r and s side by side as DER: the other way round. */
export function ecdsaDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const numbers = [raw.subarray(0, half), raw.subarray(half)].flatMap((digits) => {
    const start = digits.findIndex((byte) => byte !== 0);
    const bare = Array.from(start < 0 ? [0] : digits.subarray(start));
    const content = (bare[0] ?? 0) >= 0x80 ? [0].concat(bare) : bare;
    return [integer, content.length].concat(content);
  });
  return new Uint8Array([sequence, numbers.length, ...numbers]);
}

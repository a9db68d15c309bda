import { assert, constantFrom, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from '../../durable-objects/workflow-part.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text).byteLength;

describe('splitting a text', () => {
  it.each([
    ['', ['']],
    ['abcd', ['abcd']],
    ['abcde', ['abcd', 'e']],
    ['abc😀', ['abc', '😀']],
    ['ab€', ['ab', '€']],
    ['éé', ['éé']],
    ['aéé', ['aé', 'é']],
    ['😀😀', ['😀', '😀']],
  ])('of at most 4 bytes a part makes of %j %j', (text, parts) => {
    expect(splitText(text, 4)).toEqual(parts);
  });

  it('loses nothing, cuts no character, and fills each part', () => {
    const text = string({ unit: constantFrom('a', 'é', '€', '😀', '"', '\u0000'), maxLength: 200 });
    assert(
      property(text, integer({ min: 4, max: 40 }), (whole, bytesMax) => {
        const parts = splitText(whole, bytesMax);
        expect(parts.join('')).toBe(whole);
        for (const [at, part] of parts.entries()) {
          expect(part.isWellFormed()).toBe(true);
          expect(bytesOf(part)).toBeLessThanOrEqual(bytesMax);
          const [next = ''] = parts[at + 1] ?? '';
          if (next !== '') expect(bytesOf(part + next)).toBeGreaterThan(bytesMax);
        }
      }),
    );
  });
});

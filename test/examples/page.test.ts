// docs/steps.md says what the examples and the tests say.
import { describe, expect, it } from 'vitest';
import page from '../../docs/steps.md?raw';

const files = new Map(
  Object.entries(
    import.meta.glob('../../examples/**/*.ts', { query: '?raw', import: 'default', eager: true }),
  ).map(([path, text]) => [path.replace('../../', ''), text]),
);
const blocks = [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, head = '', text = '']) => ({
  head,
  text,
}));

const [misuseTest = ''] = Object.values(
  import.meta.glob('./misuse.test.ts', { query: '?raw', import: 'default', eager: true }),
);

describe('docs/steps.md', () => {
  it('shows no code but that of the examples', () => {
    expect(blocks.length).toBeGreaterThan(10);
    const drifted = blocks.filter(({ head, text }) => files.get(head.replace(/^ts /, '')) !== text);
    expect(drifted.map(({ head }) => head)).toEqual([]);
  });

  it('shows the example of every step kind, and shows or links every other', () => {
    const shown = new Set(blocks.map(({ head }) => head.replace(/^ts /, '')));
    const links = new Set([...page.matchAll(/\]\(\.\.\/(examples\/[^)]+)\)/g)].map(([, path]) => path));
    expect([...files.keys()].filter((path) => !shown.has(path) && !links.has(path))).toEqual([]);
    expect([...files.keys()].filter((path) => path.startsWith('examples/step/') && !shown.has(path))).toEqual(
      [],
    );
  });

  it('quotes the sentences that the tests expect', () => {
    const [, refused = ''] = page.split('\n## What is refused\n');
    const [section = ''] = refused.split('\n## ');
    const sentences = [...section.matchAll(/^\| [^|]+ \| `(.+)` \|$/gm)].map(([, sentence = '']) => sentence);
    expect(sentences.length).toBeGreaterThan(15);
    const said = misuseTest.replaceAll('\\', '');
    expect(sentences.filter((sentence) => !said.includes(sentence))).toEqual([]);
  });

  it('links to headings that it has', () => {
    const headings = new Set(
      [...page.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-')),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.filter((anchor) => !headings.has(anchor))).toEqual([]);
  });
});

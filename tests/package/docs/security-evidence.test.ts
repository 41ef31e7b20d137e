import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages, readPage, root } from './markdown.ts';

/** What the security pack says rests on tests, which it names by file and title. */
const evidence = pages()
  .filter(({ path }) => path.startsWith('docs/security/'))
  .flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((\.\.\/\.\.\/tests\/\S+)\)\s+“([^”]+)”/g)].map(
      ([, file = '', title = '']) => [path, join(dirname(path), file), title] as const,
    ),
  );

test.each(evidence)('%s names a test that is there: %s, %s', (_page, file, title) => {
  const text = readFileSync(join(root, file), 'utf8');
  expect(text.replaceAll("\\'", "'")).toContain(title);
});

describe('the threat model', () => {
  const { tables, text } = readPage('docs/security/threat-model.md');

  test('has evidence for every way in', () => {
    const ways = tables.filter(({ head }) => head[0] === 'the way').flatMap(({ rows }) => rows);
    expect(ways.length).toBeGreaterThan(30);
    const without = ways.filter(([, , , cell = '']) => !/\]\(|the same test/.test(cell)).map(([way]) => way);
    expect(without).toEqual([]);
  });

  test('says plainly what is as powerful as an administrator, and what contains it', () => {
    for (const sentence of [
      "Whoever may change the function's code or its settings, or lend its role to a function of his own, is as powerful as an administrator",
      'cannot be limited by content',
      '`TakeOut` lets the role take any user out of any group',
      'is true only where no other instances are in the account',
      'AWS account for Redis alone',
    ])
      expect(text).toContain(sentence);
  });
});

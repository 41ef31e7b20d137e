import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inlineCode } from '../../../scripts/build/inline.ts';
import { readPage, root } from './markdown.ts';

/** What docs/security/read-the-code.md says of the function, as it stands in the one-file template. */
const page = readPage('docs/security/read-the-code.md');
const { zipFile } = await inlineCode('src/index.ts');
const paths = [...zipFile.matchAll(/^\/\/ ((?:src|policies|node_modules)\/\S+)$/gm)].map(
  ([, path = '']) => path,
);
/** Of ours: without the libraries. */
const ours = zipFile
  .split(/^(?=\/\/ (?:src|policies|node_modules)\/)/m)
  .filter((part) => /^\/\/ (?:src|policies)\//.test(part))
  .join('');
const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
  .join('\n');

test('every part of the function is on the page', () => {
  expect(paths.length).toBeGreaterThan(80);
  const parts = page.spans.filter((span) => /^(src|policies|node_modules)\//.test(span));
  for (const path of paths)
    expect(
      parts.some((part) => (part.endsWith('/') ? path.startsWith(part) : path === part)),
      path,
    ).toBe(true);
});

test('what it requires is on the page, and nothing else', () => {
  const required = new Set([...zipFile.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name));
  const named = page.spans.filter((span) => /^(@aws-sdk\/|node:)/.test(span));
  expect(named.sort()).toEqual([...required].sort());
});

test('what it reads of its environment is on the page, and nothing else', () => {
  const read = [...source.matchAll(/process\.env\.([A-Z_]+)|'([A-Z]+(?:_[A-Z]+)+)'/g)].map(
    ([, name, listed]) => name ?? listed,
  );
  const isVariable = (name: string | undefined) =>
    /^(STACK|LEDGER|REDIS|SECRET_READER|KMS_KEY|REPLICA|PERMISSIONS|RESPONSE|AWS_REGION)/.test(name ?? '');
  const named = page.spans.filter((span) => /^[A-Z]+(_[A-Z]+)+$/.test(span));
  for (const name of new Set(read.filter(isVariable))) expect(named).toContain(name);
  for (const name of named) expect(source).toContain(name);
});

test('what one can search for is found as often as the page says', () => {
  const table = page.tables.find(({ head }) => head[0] === 'search for');
  for (const [cell = '', found = ''] of table?.rows ?? []) {
    const text = cell.replaceAll('`', '');
    const wanted = found === 'never' ? 0 : Number(found.split(' ')[0]);
    const where = found === 'never' ? zipFile : ours;
    expect([text, where.split(text).length - 1]).toEqual([text, wanted]);
  }
});

test('the front page has the six questions, each with its answer and a link', () => {
  const { text } = readPage('docs/security/README.md');
  const questions = text.split(/^## /m).filter((part) => /^.*\?\n/.test(part));
  expect(questions).toHaveLength(6);
  for (const question of questions) expect(question).toMatch(/→ \[.+\]\(.+\)/);
});

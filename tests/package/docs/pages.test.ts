import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { outdatedPages } from '../../../scripts/docs.ts';
import { template } from '../template/template.ts';
import { codes, everyPage, type Page, pages, readPage, root } from './markdown.ts';
import { sentences, spokenTexts } from './messages.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const spoken = spokenTexts();

test('every part of a page that follows from something else is up to date: run `npm run docs`', () => {
  expect(outdatedPages()).toEqual([]);
});

const commandsOf = (page: Page) =>
  [...page.spans, ...page.blocks.filter(({ language }) => language === 'sh').map(({ code }) => code)].join(
    '\n',
  );

describe.each(everyPage().map((page) => [page.path, page] as const))('%s', (path, page) => {
  test('links to files and headings that exist', () => {
    for (const link of page.links.filter((target) => !/^https?:/.test(target))) {
      const [file = '', anchor] = link.split('#');
      const target = file ? join(dirname(path), file) : path;
      expect(existsSync(join(root, target)), `${link}: no such file`).toBe(true);
      if (anchor) expect(readPage(relative(root, join(root, target))).anchors, link).toContain(anchor);
    }
  });

  test('closes each link in the line in which it begins', () => {
    expect(page.prose.match(/.*\]\([^)\n]*$/gm) ?? []).toEqual([]);
  });

  test('names commands that exist', () => {
    for (const [, name = ''] of commandsOf(page).matchAll(
      /\bnpm (?:run )?(?!ci|i\b|version|audit|--)([a-z][\w:-]*)/g,
    ))
      expect(scripts).toHaveProperty(name);
    for (const [, file = ''] of commandsOf(page).matchAll(/\bnode (scripts\/\S+\.\w+)/g))
      expect(existsSync(join(root, file)), file).toBe(true);
    for (const [, tool = ''] of commandsOf(page).matchAll(/\.venv\/bin\/([\w-]+)/g))
      expect(['sam', 'cfn-lint', 'python', 'checkov'], tool).toContain(tool);
  });
});

describe.each(pages().map((page) => [page.path, page] as const))('%s, for users,', (_, page) => {
  const commands = commandsOf(page);

  test('names files that exist, or that the build writes', () => {
    const named = page.spans.filter((span) =>
      /^(?:[\w.-]+\/)+[\w.-]*$|^[\w-]+\.(?:md|ts|json|yaml)$/.test(span),
    );
    const written = readFileSync(join(root, 'scripts/build.ts'), 'utf8');
    for (const file of named.filter(
      (span) => !/^(?:rv-access|redis-b)|^(?:node_modules|\.venv)\/?$/.test(span),
    ))
      expect(
        file === 'dist/' ||
          (file.startsWith('dist/') ? written.includes(file.slice(5)) : existsSync(join(root, file))),
        file,
      ).toBe(true);
  });

  test('sets parameters that exist to values that they take', () => {
    const inCommands = [...commands.matchAll(/--param(?:eter-overrides)? (\w+)=(\S+?)(?=[`\s])/g)];
    const inProse = page.spans.flatMap((span) => [...span.matchAll(/^([A-Z]\w+)=(\w+)$/g)]);
    for (const [, name = '', value = ''] of [...inCommands, ...inProse]) {
      const parameter = template.Parameters[name];
      if (name === 'UsedBy') expect(value).toBe('RedisLabs');
      else if (name === 'NAME') expect(value).toBe('VALUE');
      else if (name === 'SHIFT') expect(value).toMatch(/^\d+$/);
      else if (parameter?.AllowedValues) expect(parameter.AllowedValues, name).toContain(value);
      else
        expect(value, name).toMatch(new RegExp(`^(?:${parameter?.AllowedPattern ?? 'no such parameter'})$`));
    }
  });

  test('quotes messages that the function says', () => {
    const tables = page.tables.filter(({ head }) => head[0] === 'message');
    const quotes = [
      ...tables.flatMap(({ rows }) => rows.flatMap(([cell]) => codes(cell))),
      ...page.spans.filter((span) => / /.test(span) && /…/.test(span)),
    ];
    expect(quotes.filter((quote) => !spoken.includes(quote))).toEqual([]);
  });
});

test('every sentence that the function can say is explained on one of the two pages of messages', () => {
  const quotes = ['docs/troubleshooting.md', 'docs/redis-cloud.md'].flatMap((path) => readPage(path).spans);
  const said = sentences();
  expect(said.length).toBeGreaterThan(60);
  const isQuoted = (text: string) => quotes.some((quote) => quote.length > 12 && text.includes(quote));
  expect(said.filter((text) => !isQuoted(text))).toEqual([]);
});

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

export interface Page {
  /** Path in the repository. */
  path: string;
  text: string;
  /** The text without blocks of code. */
  prose: string;
  blocks: { language: string; code: string }[];
  tables: { head: string[]; rows: string[][] }[];
  /** The anchors of the headings, as code hosts make them. */
  anchors: string[];
  links: string[];
  /** What stands in backticks, blocks aside. */
  spans: string[];
}

/** The Markdown pages of the repository that are for users and maintainers. */
export const pages = (): Page[] =>
  everyPage().filter(({ path }) => /^(README|CONTRIBUTING|CHANGELOG)\.md$|^docs\//.test(path));

/** These, and what stands beside the examples and the emulators. */
export function everyPage(): Page[] {
  const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  return tracked
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map(readPage);
}

export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks = [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ([, language = '', code = '']) => ({ language, code }),
  );
  const prose = text.replace(/^ *```\w*\n[\s\S]*?^ *```$/gm, '');
  return {
    path,
    text,
    prose,
    blocks,
    tables: [...prose.matchAll(/^(?:\|.*\|\n)+/gm)].map(([table]) => readTable(table)),
    anchors: [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    spans: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
  };
}

function readTable(table: string): { head: string[]; rows: string[][] } {
  const [head = [], , ...rows] = table
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
  return { head, rows };
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** The texts in backticks of a table's cell. */
export function codes(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

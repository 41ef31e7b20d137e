import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../bench/goals.ts';
import { chart } from '../../../bench/report/chart.ts';
import { page } from '../../../bench/report/page.ts';
import { costLine, costTable } from '../../../bench/report/sections.ts';
import type { Results } from '../../../bench/results.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const results: Results = JSON.parse(read('bench/results.json'));

/** Amounts of money, as `$4.80`. */
const amounts = (text: string): string[] => text.match(/\$\d+(\.\d+)?/g) ?? [];

describe('What the last run has published', () => {
  it('is a page that says what the results say', () => {
    expect(read('docs/performance.md')).toBe(page(results));
  });

  it('is a chart that shows what the results say', () => {
    expect(read('docs/performance.svg')).toBe(chart(results));
  });

  it('is judged by the goals of today', () => {
    expect(results.goals).toEqual(judge(results));
  });

  it('names no price in the README that it has not worked out', () => {
    const readme = existsSync(join(root, 'README.md')) ? read('README.md') : costLine(results);
    const known = amounts([costLine(results), ...costTable(results).rows.flat()].join(' '));
    expect(amounts(readme).filter((amount) => !known.includes(amount))).toEqual([]);
  });
});

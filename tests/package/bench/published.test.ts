import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../bench/goals.ts';
import { chart } from '../../../bench/report/chart.ts';
import { page } from '../../../bench/report/page.ts';
import type { Results } from '../../../bench/results.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const results: Results = JSON.parse(read('bench/results.json'));

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

  it.each(['docs/deploying.md', 'docs/operations.md'])('is the price of the secret that %s names', (path) => {
    const aMonth = `${(results.cost.secretUsd / 12).toFixed(2)} USD`;
    expect(read(path).match(/secret[^.]*?[|,] (\d+\.\d+ USD)/)?.[1]).toBe(aMonth);
  });
});

import { expect, it } from 'vitest';
import { forMarkdown, forTerminal, shown } from '../../../bench/report/tables.ts';
import { distributionOf } from '../../../bench/statistics.ts';

const table = {
  title: 'Two things',
  head: ['What', 'ms'],
  rows: [
    ['create', '1,200'],
    ['delete | drop', '–'],
  ],
};

it('A table on a terminal has its numbers to the right', () => {
  expect(forTerminal(table)).toBe(
    [
      'Two things',
      '',
      'What           ms',
      '─────────────  ─────',
      'create         1,200',
      'delete | drop      –',
      '',
    ].join('\n'),
  );
});

it('A table in Markdown sets columns of numbers to the right and escapes what would end a cell', () => {
  expect(forMarkdown(table)).toBe(
    ['| What | ms |', '| --- | ---: |', '| create | 1,200 |', '| delete \\| drop | – |'].join('\n'),
  );
});

it('Numbers are shown with separated thousands and only as many decimals as are asked for', () => {
  expect([shown(1234.567), shown(1234.567, 2), shown(0.5, 2), shown(undefined)]).toEqual([
    '1,235',
    '1,234.57',
    '0.5',
    '–',
  ]);
});

it('A distribution tells the median of an odd and of an even number of values, and of none nothing', () => {
  expect(distributionOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, runs: 3 });
  expect(distributionOf([4, 1, 2, 9])).toEqual({ median: 3, min: 1, max: 9, runs: 4 });
  expect(() => distributionOf([])).toThrow(RangeError);
});

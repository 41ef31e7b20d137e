import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { figuresSection, gather, KINDS } from '../../../scripts/docs/figures.ts';
import { harshestDay } from '../../support/harsh-days.ts';
import { memoryAws } from '../../support/memory-aws/memory-aws.ts';
import { readPage } from './markdown.ts';

describe('the figures of a run', () => {
  const folderWith = (kinds: string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'figures-'));
    for (const name of kinds)
      writeFileSync(
        join(folder, `${name}.json`),
        JSON.stringify({ name, runs: 1000, faults: 2, checks: 3, seconds: 4.4, share: 'all', seed: 7 }),
      );
    return folder;
  };

  test('are summed up, with what tells how to repeat them', () => {
    const section = figuresSection(gather(folderWith(Object.keys(KINDS)), 'v24.0.0'));
    expect(section).toContain('Node 24.0.0');
    expect(section).toContain('seed 7, all faults | 1,000 | 2 | 3 | 4 |');
    expect(section).toContain('| **together** |  | 8,000 | 16 | 24 | 35 |');
  });

  test('are not taken while a kind of test is missing', () => {
    expect(() => gather(folderWith(['sweep', 'pairs']), 'v24.0.0')).toThrow('interleavings.test.ts');
  });

  test('are not taken from different runs', () => {
    const folder = folderWith(Object.keys(KINDS));
    utimesSync(join(folder, 'sweep.json'), 1, 1);
    expect(() => gather(folder, 'v24.0.0')).toThrow('different runs');
  });
});

test('the page says of each delay of the harshest day how long it is, and what that rests on', () => {
  const aws = memoryAws();
  try {
    harshestDay(aws);
    const rows = readPage('docs/reliability.md').tables.flatMap(({ head, rows }) =>
      head[0] === 'behaviour' ? rows : [],
    );
    const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
    for (const [lag, ms] of Object.entries(aws.lag).filter(([, time]) => time > 0)) {
      const [text = '', mark = '', ground] = rows.find(([cell = '']) => cell.includes(`\`${lag}\``)) ?? [];
      expect(text, lag).toContain(words[ms / 1000]);
      expect(mark, lag).toMatch(/^[DRG](, [DRG])*$/);
      expect(ground, lag).toBeTruthy();
    }
    const latest = aws.staleReads && 'to' in aws.staleReads ? aws.staleReads.to : 0;
    expect(rows.some(([text]) => text?.includes(`up to ${words[latest / 1000]} seconds`))).toBe(true);
  } finally {
    aws.restore();
  }
});

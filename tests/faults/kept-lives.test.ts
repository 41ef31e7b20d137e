import { expect, test } from 'vitest';
import { keptLives } from './kept-lives.ts';
import { liveOut } from './lives.ts';

test.each(Object.entries(keptLives))('%s: everything holds', async (_name, life) => {
  const { problems, runs } = await liveOut(life);
  expect(problems).toEqual([]);
  expect(runs).toBeGreaterThan(1);
});

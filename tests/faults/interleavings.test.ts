import { afterAll, expect, test } from 'vitest';
import { digest } from './digest.ts';
import { addFigures, noFigures, writeFigures } from './figures.ts';
import { tryRace } from './interleavings.ts';
import { races } from './races.ts';

/** Every first switch point is tried, and one of so many second ones; `SWEEP=all` tries more. */
const SHARE = process.env.SWEEP === 'all' ? 3 : 29;

const total = noFigures();

afterAll(() => writeFigures('interleavings', total, { races: races.length }));

test.each(races)(
  '$name: wherever the runs take turns, the end is right',
  { timeout: 600_000 },
  async (race) => {
    const { figures, breaches } = await tryRace(race, (first, second) => (first * 7 + second) % SHARE === 0);
    addFigures(total, figures);
    expect(digest(breaches)).toEqual([]);
    expect(figures.runs).toBeGreaterThan(10);
  },
);

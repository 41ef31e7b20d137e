import { afterAll, expect, test } from 'vitest';
import { isInSample, sampleOf } from '../support/sample.ts';
import { digest } from './digest.ts';
import { addFigures, noFigures, writeFigures } from './figures.ts';
import { tryRace } from './interleavings.ts';
import { races } from './races.ts';
import { rotationRaces } from './rotation-races.ts';

/** Every first switch point is tried, and one of so many second ones. */
const SHARE = sampleOf({ some: 509, more: 11, all: 3 });

const total = noFigures();
const all = [...races, ...rotationRaces];

afterAll(() => writeFigures('interleavings', total, { races: all.length }));

test.each(all)(
  '$name: wherever the runs take turns, the end is right',
  { timeout: 7_200_000 },
  async (race) => {
    const { figures, breaches } = await tryRace(race, (first, second) =>
      isInSample(first * 7 + second, SHARE),
    );
    addFigures(total, figures);
    expect(digest(breaches)).toEqual([]);
    expect(figures.runs).toBeGreaterThan(10);
  },
);

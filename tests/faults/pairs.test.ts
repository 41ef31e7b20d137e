import { afterAll, expect, test } from 'vitest';
import { isInSample, sampleOf, shareName } from '../support/sample.ts';
import { digest } from './digest.ts';
import { addFigures, noFigures, writeFigures } from './figures.ts';
import { pairFaults } from './pairs.ts';
import { scenarios } from './scenarios.ts';

/** One of so many pairs is tried. */
const SHARE = sampleOf({ some: 1613, more: 101, all: 13 });

const MINTING = [
  'create',
  'key rotation',
  'second key rotation',
  'key and password rotation',
  'rename of the user alone',
  'key and password rotation, on a slow day',
  'create, on the harshest day',
  'second key rotation, on the harshest day',
  'SecretName and AccessKeySerial at once',
];

const total = noFigures();

afterAll(() => writeFigures('pairs', total, { share: shareName(SHARE), operations: MINTING.length }));

test.each(scenarios.filter(({ name }) => MINTING.includes(name)))(
  '$name: two faults while a key is minted lose and leak no more than one',
  { timeout: 7_200_000 },
  async (scenario) => {
    const { figures, breaches } = await pairFaults(scenario, (pair) => isInSample(pair, SHARE));
    addFigures(total, figures);
    expect(digest(breaches)).toEqual([]);
    expect(figures.faults).toBeGreaterThan(0);
  },
);

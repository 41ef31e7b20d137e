import { expect, test } from 'vitest';
import { boundaryChange } from '../../../src/iam/permissions-boundary.ts';

const was = (boundaryArn: string) => ({ boundaryArn });

test.each<[string, string | undefined, string, ({ boundaryArn: string } | undefined)[], string | undefined]>([
  ['is set', undefined, 'a', [], 'put a'],
  ['is changed', 'b', 'a', [was('b')], 'put a'],
  ['is left as it is', 'a', 'a', [was('a')], undefined],
  ['is set again where another one may be in force', 'a', 'a', [was('b')], 'put a'],
  ['is set again where anything may be in force', 'a', 'a', [undefined], 'put a'],
  ['is none, and stays so', undefined, '', [was('')], undefined],
  ['is removed if a state before had set it', 'a', '', [was('a')], 'remove'],
  ['is removed if it may be in force and no read shows it', undefined, '', [was('a')], 'remove'],
  ['that somebody else has set stays', 'theirs', '', [was('a')], undefined],
  ['that somebody else has set stays, whatever may be in force', 'theirs', '', [undefined], undefined],
])('a permissions boundary %s', async (_what, observed, desired, mayBe, expected) => {
  let done: string | undefined;
  const change = boundaryChange(observed, was(desired), mayBe, {
    put: async (arn) => {
      done = `put ${arn}`;
    },
    remove: async () => {
      done = 'remove';
    },
  });
  await change?.apply();
  expect(done).toBe(expected);
  if (change)
    expect(change.difference).toBe(
      `its permissions boundary is ${observed ?? 'none'} and should be ${desired || 'none'}`,
    );
});

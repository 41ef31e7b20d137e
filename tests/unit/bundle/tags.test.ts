import { describe, expect, test } from 'vitest';
import {
  fromAwsTags,
  missingTags,
  presentKeys,
  staleTagKeys,
  tagValue,
  toAwsTags,
} from '../../../src/bundle/tags.ts';

test('tags go from the form of AWS into plain pairs and back', () => {
  const aws = [
    { Key: 'Team', Value: 'Data' },
    { Key: 'Empty', Value: '' },
  ];
  expect(fromAwsTags(aws)).toEqual({ Team: 'Data', Empty: '' });
  expect(toAwsTags(fromAwsTags(aws))).toEqual(aws);
  expect(fromAwsTags(undefined)).toEqual({});
});

test.each([
  [{}, { Team: 'Data' }, { Team: 'Data' }],
  [{ Team: 'Data' }, { Team: 'Data' }, {}],
  [{ Team: 'Ops' }, { Team: 'Data' }, { Team: 'Data' }],
  [{ team: 'Data' }, { Team: 'Data' }, { Team: 'Data' }],
  [{ Team: 'Data', Theirs: 'x' }, { Team: 'Data' }, {}],
])('of %j what is missing to have %j is %j', (observed, desired, missing) => {
  expect(missingTags(observed, desired)).toEqual(missing);
});

describe.each([
  ['ignored', true],
  ['counts', false],
] as const)('where the case of a key %s', (keyCase, same) => {
  test('Team and team are one key or two', () => {
    expect(presentKeys({ team: 'Data' }, ['Team'], keyCase)).toEqual(same ? ['Team'] : []);
    expect(presentKeys({ Team: 'Data' }, ['Team'], keyCase)).toEqual(['Team']);
  });

  test('a key that only changes its case is taken away only where it is another one', () => {
    expect(staleTagKeys({ team: 'x' }, [{ Team: 'x' }], keyCase)).toEqual(same ? [] : ['Team']);
  });

  test('what a state before had set and nobody wants any more goes, once', () => {
    const before = [{ Cost: '1', Team: 'x' }, { Cost: '2' }, {}];
    expect(staleTagKeys({ Team: 'y' }, before, keyCase)).toEqual(['Cost']);
  });
});

test('a tag of a person is found in whatever case its key was typed', () => {
  expect(tagValue({ 'RV-Access:Delete': 'anyway' }, 'rv-access:delete')).toBe('anyway');
  expect(tagValue({ Team: 'x' }, 'rv-access:delete')).toBeUndefined();
});

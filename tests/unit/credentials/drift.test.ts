import { describe, expect, test } from 'vitest';
import { credentialsDrift } from '../../../src/credentials/drift.ts';
import type { CredentialsPlan } from '../../../src/credentials/plan.ts';

const version = (stages: string[]) => ({
  secret: 'secret',
  id: '1',
  stages,
  content: { accessKeyId: 'AKIA1' },
});
const IN_ORDER: CredentialsPlan = {
  keyFrom: version(['AWSCURRENT']),
  unproven: false,
  passwordFrom: version(['AWSCURRENT']),
  setPassword: false,
  removePassword: false,
  retire: [],
  foreign: [],
  previousKeyId: undefined,
  inactive: false,
  lowered: [],
  target: version(['AWSCURRENT']),
  abandoned: undefined,
  previousVersion: undefined,
  settled: undefined,
  mustMove: false,
};
const told = (
  plan: Partial<CredentialsPlan>,
  {
    lost = [] as string[],
    made = [] as { id: string; rotating?: boolean }[],
    hasPassword = true,
    consolePassword = true,
    rotationDays = 0,
    isReadable = true,
  } = {},
) =>
  credentialsDrift(
    { user: { consolePassword }, secret: { rotationDays } } as never,
    { lost, made, hasPassword } as never,
    { ...IN_ORDER, ...plan },
    isReadable,
  );

describe('credentials', () => {
  test('that are in order are no drift', () => {
    expect(told({})).toEqual({ user: [], secret: [] });
    expect(told({}, { consolePassword: false, hasPassword: false })).toEqual({ user: [], secret: [] });
    const rotated = { made: [{ id: 'AKIA2', rotating: true }], rotationDays: 30 };
    expect(told({}, rotated)).toEqual({ user: [], secret: [] });
  });

  test.each<[Partial<CredentialsPlan>, Parameters<typeof told>[1], string]>([
    [{ foreign: ['AKIA9'] }, {}, 'it has the access key AKIA9, which the bundle did not make'],
    [{}, { lost: ['AKIA1'] }, 'its access key AKIA1 is gone'],
    [
      {},
      { made: [{ id: 'AKIA1' }, { id: 'AKIA2', rotating: true }] },
      'its access key AKIA2 is left of a rotation that was given up, and nothing is rotated any more',
    ],
    [{ inactive: true }, {}, 'its access key AKIA1 is Inactive and should be Active'],
    [{ setPassword: true }, { hasPassword: false }, 'it has no console password and should have one'],
    [{ removePassword: true }, { consolePassword: false }, 'it has a console password and should have none'],
    [{ setPassword: true }, {}, 'its console password is not known to be the one in the secret'],
  ])('of a user with %j and %j are told', (plan, more, words) => {
    expect(told(plan, more)).toEqual({ user: [words], secret: [] });
  });

  test.each<[Partial<CredentialsPlan>, string]>([
    [{ target: undefined }, 'AWSCURRENT does not hold what it should'],
    [{ target: version(['AWSPENDING']) }, 'AWSCURRENT does not hold what it should'],
    [{ retire: ['AKIA2'] }, 'the access key AKIA2 is left of an operation that failed'],
    [{ abandoned: version(['AWSPENDING']) }, 'AWSPENDING is on a version that was given up'],
    [{ previousVersion: version([]) }, 'AWSPREVIOUS is not on the version with the access key before'],
  ])('of a secret with %j are told', (plan, words) => {
    expect(told(plan)).toEqual({ user: [], secret: [words] });
    expect(told(plan, { isReadable: false })).toEqual({ user: [], secret: [] });
  });
});

import { describe, expect, test } from 'vitest';
import { user } from '../../src/entities/user.ts';
import { useAccount } from '../account.ts';
import type { User } from '../memory-aws/iam-state.ts';

const account = useAccount();
const BOUNDARY = 'arn:aws:iam::aws:policy/Boundary';
const policy = () => account.aws.addForeignPolicy('Policy').arn;
const POLICY = 'arn:aws:iam::123456789012:policy/Policy';

const wanted = (boundary = { desired: '', before: '' }) =>
  user(
    account.connection,
    { name: 'user', arn: '', policyArn: POLICY, consolePassword: true },
    { Team: 'Data' },
    boundary,
  );
const live = () => account.aws.users.user as User;

async function converge(boundary?: { desired: string; before: string }): Promise<string[]> {
  const entity = wanted(boundary);
  account.aws.forgetCalls();
  const found = await account.wait(entity.observe());
  if (!found) throw new Error('The user is missing.');
  for (const step of entity.shape(found)) await account.wait(step());
  return account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
}

/** As it should be. */
function given(change: Partial<User> = {}): void {
  policy();
  account.aws.addForeignUser('user');
  Object.assign(live(), { attached: [POLICY], ...change });
}

test('a user that is not there is not there', async () => {
  expect(await account.wait(wanted().observe())).toBeUndefined();
});

test('a user is made with tags and boundary in one call; then its policy is attached', async () => {
  policy();
  const entity = wanted({ desired: BOUNDARY, before: '' });
  const made = await account.wait(entity.create());
  expect(account.aws.calls.map(({ action }) => action)).toEqual(['CreateUser']);
  expect(live()).toMatchObject({
    tags: { Team: 'Data' },
    boundaryArn: BOUNDARY,
  });
  expect(await account.wait(entity.observe())).toEqual({ ...made, createDate: new Date(live().createdAt) });
  for (const step of entity.shape(made)) await account.wait(step());
  expect(account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action)).toEqual([
    'CreateUser',
    'AttachUserPolicy',
  ]);
  expect(live().attached).toEqual([POLICY]);
});

test('a user that is as it should be is left alone', async () => {
  given({ inline: { 'by-hand': '{}' }, groups: ['people'] });
  expect(await converge()).toEqual([]);
});

describe('its policy', () => {
  test('that somebody detached is attached again; what else hangs on it stays', async () => {
    given({ attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] });
    expect(await converge()).toEqual(['AttachUserPolicy']);
    expect(live().attached).toEqual(['arn:aws:iam::aws:policy/ReadOnlyAccess', POLICY]);
  });

  test('is found on any page of the list', async () => {
    given({ attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess', POLICY] });
    account.aws.pageSize = 1;
    expect(await converge()).toEqual([]);
  });

  test('that is too young to be known is waited for', async () => {
    given({ attached: [] });
    account.aws.lag.references = 5000;
    delete account.aws.policies[POLICY];
    const young = policy();
    (account.aws.policies[young] as { createdAt: number }).createdAt = Date.now();
    expect(new Set(await converge())).toEqual(new Set(['AttachUserPolicy']));
    expect(live().attached).toEqual([POLICY]);
  });
});

describe('its permissions boundary', () => {
  test.each([
    ['is set', undefined, { desired: BOUNDARY, before: '' }, BOUNDARY, ['PutUserPermissionsBoundary']],
    [
      'is changed',
      'arn:other',
      { desired: BOUNDARY, before: 'arn:other' },
      BOUNDARY,
      ['PutUserPermissionsBoundary'],
    ],
    ['is left as it is', BOUNDARY, { desired: BOUNDARY, before: BOUNDARY }, BOUNDARY, []],
    [
      'is taken away if we had set it',
      BOUNDARY,
      { desired: '', before: BOUNDARY },
      undefined,
      ['DeleteUserPermissionsBoundary'],
    ],
    ['that somebody else set stays', 'arn:other', { desired: '', before: BOUNDARY }, 'arn:other', []],
    ['that was there before us stays', 'arn:other', { desired: '', before: '' }, 'arn:other', []],
    ['that is gone already is no work', undefined, { desired: '', before: BOUNDARY }, undefined, []],
  ])('%s', async (_what, there, boundary, expected, writes) => {
    given(there === undefined ? {} : { boundaryArn: there });
    expect(await converge(boundary)).toEqual(writes);
    expect(live().boundaryArn).toBe(expected);
  });
});

test('tags are set and taken away', async () => {
  given({ tags: {} });
  await account.wait(wanted().tag({ Team: 'Data', Other: 'x' }));
  await account.wait(wanted().untag(['Other']));
  expect(live().tags).toEqual({ Team: 'Data' });
});

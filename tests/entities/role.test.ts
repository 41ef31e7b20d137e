import { describe, expect, test } from 'vitest';
import { role } from '../../src/entities/role.ts';
import { useAccount } from '../account.ts';
import type { Role } from '../memory-aws/iam-state.ts';

const account = useAccount();
const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
  });
const BOUNDARY = 'arn:aws:iam::aws:policy/Boundary';
const policy = () => account.aws.addForeignPolicy('Policy').arn;
const POLICY = 'arn:aws:iam::123456789012:policy/Policy';

const wanted = (boundary = { desired: '', before: '' }) =>
  role(
    account.connection,
    { name: 'role', arn: '', trust: trust('ec2.amazonaws.com'), policyArn: POLICY, wanted: true },
    { Team: 'Data' },
    boundary,
  );
const live = () => account.aws.roles.role as Role;

async function converge(boundary?: { desired: string; before: string }): Promise<string[]> {
  const entity = wanted(boundary);
  account.aws.forgetCalls();
  const found = await account.wait(entity.observe());
  if (!found) throw new Error('The role is missing.');
  for (const step of entity.shape(found)) await account.wait(step());
  return account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
}

/** As it should be. */
function given(change: Partial<Role> = {}): void {
  policy();
  account.aws.addForeignRole('role');
  Object.assign(live(), { trust: trust('ec2.amazonaws.com'), attached: [POLICY], ...change });
}

test('a role that is not there is not there', async () => {
  expect(await account.wait(wanted().observe())).toBeUndefined();
});

test('a role is made with trust, tags and boundary in one call; then its policy is attached', async () => {
  policy();
  const entity = wanted({ desired: BOUNDARY, before: '' });
  const made = await account.wait(entity.create());
  expect(account.aws.calls.map(({ action }) => action)).toEqual(['CreateRole']);
  expect(live()).toMatchObject({
    tags: { Team: 'Data' },
    boundaryArn: BOUNDARY,
    trust: trust('ec2.amazonaws.com'),
  });
  expect(await account.wait(entity.observe())).toEqual(made);
  for (const step of entity.shape(made)) await account.wait(step());
  expect(account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action)).toEqual([
    'CreateRole',
    'AttachRolePolicy',
  ]);
  expect(live().attached).toEqual([POLICY]);
});

test('a role that is as it should be is left alone', async () => {
  given({ description: 'by hand', maxSessionDuration: 7200 });
  expect(await converge()).toEqual([]);
});

test('who may assume it is set right, in whatever order it is written', async () => {
  given({ trust: trust('lambda.amazonaws.com') });
  expect(await converge()).toEqual(['UpdateAssumeRolePolicy']);
  expect(live().trust).toBe(trust('ec2.amazonaws.com'));
  const { Statement, Version } = JSON.parse(live().trust);
  live().trust = JSON.stringify({ Statement: Statement[0], Version });
  expect(await converge()).toEqual([]);
});

describe('its policy', () => {
  test('that somebody detached is attached again; what else hangs on it stays', async () => {
    given({ attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] });
    expect(await converge()).toEqual(['AttachRolePolicy']);
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
    expect(new Set(await converge())).toEqual(new Set(['AttachRolePolicy']));
    expect(live().attached).toEqual([POLICY]);
  });
});

describe('its permissions boundary', () => {
  test.each([
    ['is set', undefined, { desired: BOUNDARY, before: '' }, BOUNDARY, ['PutRolePermissionsBoundary']],
    [
      'is changed',
      'arn:other',
      { desired: BOUNDARY, before: 'arn:other' },
      BOUNDARY,
      ['PutRolePermissionsBoundary'],
    ],
    ['is left as it is', BOUNDARY, { desired: BOUNDARY, before: BOUNDARY }, BOUNDARY, []],
    [
      'is taken away if we had set it',
      BOUNDARY,
      { desired: '', before: BOUNDARY },
      undefined,
      ['DeleteRolePermissionsBoundary'],
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

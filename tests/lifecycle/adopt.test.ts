import { describe, expect, test } from 'vitest';
import { resourceOf } from '../faults/ours.ts';
import { NODE_ROLE, SECRET, USER, USER_POLICY, useAccount } from '../support/account.ts';
import { expectIntact, expectSuccess, known, soon } from './journey.ts';

const account = useAccount();
const ADOPT = { ExistingEntities: 'Adopt', DeletionProtection: 'Off' };

describe('an adoption that fails deletes nothing that was there', () => {
  test.each([
    'CreateSecret',
    'PutSecretValue',
    'AttachRolePolicy',
    'CreateLoginProfile',
    'UpdateSecretVersionStage',
  ])('at %s', async (action) => {
    account.aws.addForeignUser(USER, { Theirs: 'yes' }).inline['by-hand'] = '{}';
    const theirs = account.aws.addAccessKeyByHand(USER);
    account.aws.addForeignRole(NODE_ROLE, { Theirs: 'yes' });
    account.fail(action, 'explicitDeny');
    const { answer } = await account.create(ADOPT);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(action);
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.user()).toMatchObject({ accessKeys: [theirs], inline: { 'by-hand': '{}' } });
    expect(account.user()).not.toHaveProperty('loginProfile');
    expect(account.user().tags).toMatchObject({ Theirs: 'yes' });
    expect(account.aws.roles).toHaveProperty(NODE_ROLE);
  });

  test('and can be tried again', async () => {
    account.aws.addForeignUser(USER, { Theirs: 'yes' });
    account.fail('PutSecretValue', 'explicitDeny');
    const { answer } = await account.create(ADOPT);
    expect(answer.Status).toBe('FAILED');
    await account.delete();
    expect((await account.create(ADOPT)).answer.Status).toBe('SUCCESS');
    expect(account.user().tags).toMatchObject({ Theirs: 'yes', 'rv-access:bundle': resourceOf(account.id) });
    expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
  });
});

test('a secret whose adoption fails still says what it said', async () => {
  account.aws.addForeignSecret(SECRET, '{"theirs":true}');
  account.fail('CreateAccessKey', 'explicitDeny');
  expect((await account.create(ADOPT)).answer.Status).toBe('FAILED');
  expect((await account.delete()).answer.Status).toBe('SUCCESS');
  expect(account.secret().deletion).toBeUndefined();
  expect(account.content()).toEqual({ theirs: true });
  // The tag by which the function may touch it is the one that Secrets Manager does not let it take off.
  expect(Object.keys(account.secret().tags)).toEqual(['rv-access:stack']);
});

test('a secret that was let go of with the tag of the function’s stack is adopted like any other', async () => {
  account.aws.addForeignSecret(SECRET, '{"theirs":true}');
  account.fail('CreateAccessKey', 'explicitDeny');
  await account.create(ADOPT);
  await account.delete();
  account.aws.faults.length = 0;
  soon();
  expect((await account.create({ DeletionProtection: 'Off' })).answer.Reason).toMatch(
    /^The secret "rv-access\/redislabs-user" exists already and was not made by this bundle; nothing was touched\./,
  );
  await account.delete();
  soon();
  expectSuccess((await account.create(ADOPT)).answer);
  expectIntact(account, known(account));
});

test('an adopted secret’s old values never become current again', async () => {
  account.aws.addForeignSecret(SECRET, '{"accessKeyId":"AKIATHEIRS","accessSecretKey":"of-another"}');
  expect((await account.create(ADOPT)).answer.Status).toBe('SUCCESS');
  expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
  const { writes } = await account.update({});
  expect(writes).toEqual([]);
});

test.each([0, 30])('an adopted secret is rotated by nobody else any more (RotationDays %i)', async (days) => {
  account.aws.addForeignSecret(SECRET, '{"theirs":true}');
  Object.assign(account.secret(), { rotationEnabled: true, rotationDays: 30, rotationFunction: 'theirs' });
  expect((await account.create({ ...ADOPT, RotationDays: days })).answer.Status).toBe('SUCCESS');
  expect(account.secret().rotationEnabled).toBe(days > 0);
  if (days > 0) expect(account.secret().rotationFunction).not.toBe('theirs');
});

test('an adopted secret is read by nobody any more whom the bundle that it was of had let in', async () => {
  const theirs = { Sid: 'Theirs', Effect: 'Deny', Principal: { AWS: '123456789012' } };
  const readers = { Sid: 'RvAccessBundleReaders', Effect: 'Allow', Principal: { AWS: '210987654321' } };
  account.aws.addForeignSecret(SECRET, '{"theirs":true}');
  account.secret().resourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: [readers, theirs] });
  expectSuccess((await account.create(ADOPT)).answer);
  expect(JSON.parse(account.secret().resourcePolicy ?? '').Statement).toEqual([theirs]);
});

test('a second run of an adoption finds all as it should be', async () => {
  account.aws.addForeignUser(USER);
  account.aws.addForeignPolicy('RedislabsIAMUserRestrictedPolicy');
  await account.create(ADOPT);
  expect(account.aws.policies[USER_POLICY]?.versions).toHaveLength(2);
  expect((await account.update({})).writes).toEqual([]);
});

test('an adopted user keeps a key of its own', async () => {
  account.aws.addForeignUser(USER);
  const one = account.aws.addAccessKeyByHand(USER);
  const { answer } = await account.create(ADOPT);
  expect(answer.Data?.Warnings).toContain(`did not make: ${one.id}. They were left.`);
  expect(account.user().accessKeys[0]).toEqual(one);
});

test('an adopted user with two keys has no room for the bundle’s, and nothing is touched', async () => {
  account.aws.addForeignUser(USER);
  const keys = [account.aws.addAccessKeyByHand(USER).id, account.aws.addAccessKeyByHand(USER).id];
  const before = account.aws.snapshot();
  const { answer, writes } = await account.create(ADOPT);
  expect(answer.Reason).toContain(keys.join(', '));
  expect([writes, account.aws.snapshot()]).toEqual([[], before]);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { SECRET, useAccount } from '../../support/account.ts';
import { createEvent, updateEvent } from '../../support/memory-aws/events.ts';
import { invoke } from '../../support/memory-aws/invoke.ts';
import { secretsError } from '../../support/memory-aws/secrets-errors.ts';

const account = useAccount();
const KEY = { KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0b7c1d40', DeletionProtection: 'Off' };

describe('what was there after all is set right whatever a read says: it may be in any state', () => {
  test('as a secret that is restored', async () => {
    expect((await account.create(KEY)).writes).not.toContain('UpdateSecret');
    await account.delete();
    expect(account.secret(SECRET).deletion).toBeDefined();
    const { answer, writes } = await account.create(KEY);
    expect(answer.Status).toBe('SUCCESS');
    expect(writes).toContain('RestoreSecret');
    expect(writes).toContain('UpdateSecret');
  });

  test('as a secret that is restored with other settings', async () => {
    await account.create(KEY);
    await account.delete();
    const other = { ...KEY, KmsKeyArn: `${KEY.KmsKeyArn}2`, ReplicaRegions: 'eu-west-1' };
    const { answer, writes } = await account.create(other);
    expect(answer.Status).toBe('SUCCESS');
    expect(writes.filter((action) => action === 'ReplicateSecretToRegions')).toHaveLength(1);
    // The key comes before the first value; once more as nothing is certain of what was restored.
    expect(writes.filter((action) => /^(UpdateSecret|PutSecretValue)$/.test(action)).slice(0, 3)).toEqual([
      'UpdateSecret',
      'PutSecretValue',
      'UpdateSecret',
    ]);
  });

  test.each([
    ['CreateRole', 'UpdateAssumeRolePolicy'],
    ['CreatePolicy', 'SetDefaultPolicyVersion'],
  ])('as what %s says is there, whose answer was lost before: %s', async (create, set) => {
    account.fail(create, 'lostAnswer500');
    const { answer, writes } = await account.create();
    expect(answer.Status).toBe('SUCCESS');
    expect(writes).toContain(set);
  });

  test('but not what is made: that is as it was asked for', async () => {
    const { writes } = await account.create();
    for (const set of ['UpdateAssumeRolePolicy', 'SetDefaultPolicyVersion', 'UpdateSecret', 'TagUser'])
      expect(writes).not.toContain(set);
  });
});

test('a read that does not show yet what a run which died has made is not in the way', async () => {
  account.fail('UpdateSecretVersionStage', 'crashBefore');
  const event = createEvent();
  await account.wait(invoke(account.place, event));
  const [key] = account.user().accessKeys;
  account.fail(
    'DescribeSecret',
    secretsError('ResourceNotFoundException', 'Secrets Manager can’t find it.'),
    3,
  );
  const { answer } = await account.send(event);
  expect(answer.Status === 'SUCCESS' ? '' : answer.Reason).toBe('');
  expect(account.content()?.accessKeyId).toBe(key?.id);
});

describe('a secret of somebody else’s that holds no version at all', () => {
  beforeEach(() => {
    account.aws.addForeignSecret('empty').versions = {};
  });
  const EMPTY = { SecretName: 'empty', ExistingEntities: 'Adopt' };
  const held = () =>
    Object.values(account.secret('empty').versions)
      .filter(({ stages }) => stages.includes('AWSCURRENT'))
      .map(({ value }) => JSON.parse(value).accessKeyId);

  test('holds the key once a Create has taken it over', async () => {
    expect((await account.create(EMPTY)).answer.Status).toBe('SUCCESS');
    expect(held()).toEqual([account.user().accessKeys[0]?.id]);
  });

  test('holds the key from before once an Update has', async () => {
    await account.create();
    expect((await account.update(EMPTY)).answer.Status).toBe('SUCCESS');
    expect(held()).toEqual([account.user().accessKeys[0]?.id]);
  });

  test('is not what is told of when the password cannot be set', async () => {
    account.fail('CreateLoginProfile', 'explicitDeny', 1000);
    const { answer } = await account.create(EMPTY);
    expect(answer.Reason).toMatch(/^CreateLoginProfile for/);
    expect(account.user().accessKeys).toEqual([]);
  });
});

test.each(['crashBefore', 'crashAfter'] as const)(
  'the access key that a run which died has stored is in service when its Create comes again (%s the label moved)',
  async (fault) => {
    account.fail('UpdateSecretVersionStage', fault);
    const event = createEvent();
    await account.wait(invoke(account.place, event));
    const [key] = account.user().accessKeys;
    const { answer } = await account.send(event);
    expect(answer.Status).toBe('SUCCESS');
    expect(account.user().accessKeys.map(({ id }) => id)).toEqual([key?.id]);
    expect(account.content()?.accessKeyId).toBe(key?.id);
  },
);

test('a secret that is restored and holds what a run which died has stored has no version pending after the roll-back', async () => {
  await account.create();
  const rotated = updateEvent(account.id, { AccessKeySerial: 2 }, {});
  account.fail('UpdateSecretVersionStage', 'crashBefore');
  await account.wait(invoke(account.place, rotated));
  expect(account.content('AWSPENDING')).toMatchObject({ accessKeySerial: 2 });
  Object.assign(account.secret(), { deletion: { requestedAt: Date.now(), dueAt: Date.now() + 86_400_000 } });
  const { answer } = await account.send(updateEvent(account.id, {}, { AccessKeySerial: 2 }));
  expect(answer.Status === 'SUCCESS' ? '' : answer.Reason).toBe('');
  expect(account.secret().deletion).toBeUndefined();
  expect(account.content()).toMatchObject({ accessKeySerial: 1 });
  expect(account.content('AWSPENDING')).toBeUndefined();
});

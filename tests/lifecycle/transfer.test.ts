import { describe, expect, test } from 'vitest';
import { namesOwnedBy } from '../faults/ledger.ts';
import { SECRET, USER_POLICY, useAccount } from '../support/account.ts';
import { deleteEvent, updateEvent } from '../support/memory-aws/events.ts';
import { RENAMES } from './renames.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const owned = (id: string) => namesOwnedBy(account.aws, id).sort();
const knownNow = () => ({ id: account.id, properties: account.properties });

/** The action that only the new name of each rename brings about. */
const DENIED: Record<string, string> = {
  'the user': 'AttachUserPolicy',
  'the user whose secret stays': 'AttachUserPolicy',
  'the user policy': 'AttachUserPolicy',
  'the instance policy': 'AttachRolePolicy',
  'the instance role': 'AttachRolePolicy',
  'the console role': 'AttachRolePolicy',
  'the secret': 'PutSecretValue',
  everything: 'AttachUserPolicy',
};

describe.each(RENAMES)('a rename of %s', (what, names) => {
  test('gives all shared names to the new generation, and its tags say what they said', async () => {
    await account.create(OFF);
    const old = knownNow();
    const before = account.user().tags;
    await account.update(names);
    expect(account.id).not.toBe(old.id);
    expect(owned(account.id)).toHaveLength(7);
    expect(account.user().tags).toEqual(before);
    const left = owned(old.id);
    expect(left.length).toBeGreaterThan(0);
    for (const name of left) expect(owned(account.id)).not.toContain(name);
  });

  test('that fails gives everything back that keeps its name, and leaves nothing of the new generation', async () => {
    await account.create(OFF);
    const before = owned(account.id);
    account.fail(DENIED[what] ?? '', 'explicitDeny', 100);
    expect((await account.update(names)).answer.Status).toBe('FAILED');
    expect(owned(account.id)).toEqual(before);
    expect(account.entities()).toHaveLength(7);
  });

  test('that is rolled back gives them back in one write, and the Delete of the new id finds only the new ones', async () => {
    await account.create(OFF);
    const old = knownNow();
    const before = owned(old.id);
    await account.update(names);
    const renamed = knownNow();
    const back = await account.send(updateEvent(renamed.id, old.properties, renamed.properties));
    expect(back.answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old.id });
    expect(owned(old.id)).toEqual(before);
    const { answer } = await account.send(deleteEvent(renamed.id, renamed.properties));
    expect(answer.Status).toBe('SUCCESS');
    expect([owned(renamed.id), account.entities().length]).toEqual([[], 7]);
  });
});

test('a replacement takes no tag off what somebody else has made his own, and gives nothing of it back', async () => {
  await account.create(OFF);
  account.user().tags = { Theirs: 'yes' };
  account.secret().tags = { Theirs: 'yes' };
  account.fail('AttachUserPolicy', 'explicitDeny', 100);
  const { answer } = await account.update({ UserName: 'other', SecretName: 'other' });
  expect(answer.Status).toBe('FAILED');
  expect([account.user().tags, account.secret().tags]).toEqual([{ Theirs: 'yes' }, { Theirs: 'yes' }]);
});

test('two names that are exchanged belong to the generation that asked last, each with the policy of its part', async () => {
  await account.create(OFF);
  const old = knownNow();
  await account.update({ UserPolicyName: 'RedisLabsInstanceRolePolicy', InstancePolicyName: 'Another' });
  expect(account.user().attached).toEqual([
    USER_POLICY.replace('RedislabsIAMUserRestrictedPolicy', 'RedisLabsInstanceRolePolicy'),
  ]);
  expect((await account.send(deleteEvent(old.id, old.properties))).answer.Status).toBe('SUCCESS');
  expect(account.entities()).toHaveLength(7);
  expect(account.entities()).toContain(`secret ${SECRET}`);
});

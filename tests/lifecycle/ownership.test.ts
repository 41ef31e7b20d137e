import { describe, expect, test } from 'vitest';
import { resourceOf } from '../faults/ours.ts';
import { NODE_ROLE, USER, useAccount } from '../support/account.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };

test('what an earlier life of the same resource has left is its own, under whatever names that was', async () => {
  await account.create(OFF);
  account.fail('DeleteRole', 'explicitDeny', 2);
  expect((await account.delete()).answer.Status).toBe('FAILED');
  expect(account.aws.roles).toHaveProperty(NODE_ROLE);
  expect((await account.create({ ...OFF, UserName: 'other' })).answer.Status).toBe('SUCCESS');
  expect(account.aws.roles[NODE_ROLE]?.tags['rv-access:bundle']).toBe(resourceOf(account.id));
});

describe('whose something is that stands in the way', () => {
  test('is told as it says itself, if that is no name that a bundle gives', async () => {
    account.aws.addForeignUser(USER, { 'rv-access:bundle': 'mine' });
    expect((await account.create()).answer.Reason).toBe(
      `The user "${USER}" exists already and belongs to the bundle of the stack "mine"; it was not touched. ` +
        'Choose another name, delete it, or set ExistingEntities to Adopt to take it over.',
    );
  });
});

test('an instance profile that another role fills is in the way before the first write', async () => {
  await account.create();
  account.aws.addForeignRole('theirs');
  const profile = account.aws.instanceProfiles[NODE_ROLE];
  if (profile) profile.roles = ['theirs'];
  const { answer, writes } = await account.update({ Tags: 'Team=Data' });
  expect(answer.Reason).toContain(`The instance profile "${NODE_ROLE}" holds the role "theirs"`);
  expect(writes).toEqual([]);
});

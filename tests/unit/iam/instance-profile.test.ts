import { describe, expect, test } from 'vitest';
import { BlockedError } from '../../../src/errors.ts';
import { instanceProfile } from '../../../src/iam/instance-profile.ts';
import { useAccount } from '../../support/account.ts';
import { limitExceeded } from '../../support/memory-aws/iam-errors.ts';
import type { InstanceProfile } from '../../support/memory-aws/iam-state.ts';

const account = useAccount();
const wanted = () => instanceProfile(account.connection, 'profile', 'node', { Team: 'Data' });
const live = () => account.aws.instanceProfiles.profile as InstanceProfile;

async function converge(): Promise<string[]> {
  const found = await account.wait(wanted().observe());
  if (!found) throw new Error('The instance profile is missing.');
  for (const step of wanted().shape(found)) await account.wait(step());
  return account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
}

test('an instance profile that is not there is not there', async () => {
  expect(await account.wait(wanted().observe())).toBeUndefined();
});

test('an instance profile is made with its tags in one call; then its role is put in', async () => {
  account.aws.addForeignRole('node');
  const made = await account.wait(wanted().create());
  expect(live()).toMatchObject({ tags: { Team: 'Data' }, roles: [] });
  expect(await account.wait(wanted().observe())).toEqual(made);
  expect(await converge()).toEqual(['CreateInstanceProfile', 'AddRoleToInstanceProfile']);
  expect(live().roles).toEqual(['node']);
});

test('an instance profile that holds its role is left alone', async () => {
  account.aws.addForeignRole('node');
  account.aws.addForeignInstanceProfile('profile', ['node']);
  expect(await converge()).toEqual([]);
});

describe('a role of somebody else’s in it', () => {
  test('is in the way, and named', async () => {
    account.aws.addForeignRole('other');
    account.aws.addForeignInstanceProfile('profile', ['other']);
    const found = await account.wait(wanted().observe());
    expect(found && wanted().obstacles?.(found)).toEqual([
      'The instance profile "profile" holds the role "other", and there is room for one only. ' +
        'Remove that role from it, then try again.',
    ]);
  });

  test('its own role is not in the way', () => {
    expect(wanted().obstacles?.({ tags: {}, roles: ['node'] })).toEqual([]);
    expect(wanted().obstacles?.({ tags: {}, roles: [] })).toEqual([]);
  });

  test('that came in between is named too', async () => {
    account.aws.addForeignRole('node');
    account.aws.addForeignRole('other');
    account.aws.addForeignInstanceProfile('profile');
    account.before('AddRoleToInstanceProfile', () => live().roles.push('other'));
    const failure = converge();
    await expect(failure).rejects.toThrow(BlockedError);
    await expect(failure).rejects.toThrow('holds the role "other"');
    expect(live().roles).toEqual(['other']);
  });
});

describe('when IAM says that there is no room', () => {
  test('since its own role is in already, after a lost answer, all is well', async () => {
    account.aws.addForeignRole('node');
    account.aws.addForeignInstanceProfile('profile');
    account.fail('AddRoleToInstanceProfile', 'lostAnswer500');
    expect(await converge()).toEqual(['AddRoleToInstanceProfile']);
    expect(live().roles).toEqual(['node']);
  });

  test('but nothing is in it, IAM’s own message is told', async () => {
    account.aws.addForeignRole('node');
    account.aws.addForeignInstanceProfile('profile');
    account.fail('AddRoleToInstanceProfile', limitExceeded('Something', 1));
    await expect(converge()).rejects.toThrow('Cannot exceed quota for Something: 1');
  });
});

test('another failure is told', async () => {
  account.aws.addForeignRole('node');
  account.aws.addForeignInstanceProfile('profile');
  account.fail('AddRoleToInstanceProfile', 'explicitDeny');
  await expect(converge()).rejects.toThrow('The denial comes from a service control policy');
});

test('a role that is too young to be known is waited for', async () => {
  account.aws.addForeignRole('node').createdAt = Date.now();
  account.aws.addForeignInstanceProfile('profile');
  account.aws.lag.references = 8000;
  await converge();
  expect(live().roles).toEqual(['node']);
});

test('tags are set and taken away', async () => {
  account.aws.addForeignInstanceProfile('profile');
  await account.wait(wanted().tag({ Team: 'Data', Other: 'x' }));
  await account.wait(wanted().untag(['Other']));
  expect(live().tags).toEqual({ Team: 'Data' });
});

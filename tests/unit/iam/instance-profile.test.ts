import { describe, expect, test } from 'vitest';
import { PreconditionError } from '../../../src/errors.ts';
import { instanceProfile, instanceProfileToDelete } from '../../../src/iam/instance-profile.ts';
import { deletePatiently } from '../../../src/resource/deletion.ts';
import { useAccount } from '../../support/account.ts';
import { limitExceeded } from '../../support/memory-aws/iam-errors.ts';
import type { InstanceProfile } from '../../support/memory-aws/iam-state.ts';

const account = useAccount();
const DESIRED = { name: 'profile', arn: '', roleName: 'node', tags: { Team: 'Data' } };
const desired = () => instanceProfile(account.connection, DESIRED);
const live = () => account.aws.instanceProfiles.profile as InstanceProfile;

async function reconcile(): Promise<string[]> {
  const found = await account.wait(desired().observe());
  if (!found) throw new Error('The instance profile is missing.');
  for (const { apply } of desired().diff(found, [], [])) await account.wait(apply());
  return account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
}

test('an instance profile that is not there is not there', async () => {
  expect(await account.wait(desired().observe())).toBeUndefined();
});

test('an instance profile is made with its tags in one call; then its role is put in', async () => {
  account.aws.addForeignRole('node');
  const made = await account.wait(desired().create());
  expect(live()).toMatchObject({ tags: { Team: 'Data' }, roles: [] });
  expect(await account.wait(desired().observe())).toEqual(made);
  expect(await reconcile()).toEqual(['CreateInstanceProfile', 'AddRoleToInstanceProfile']);
  expect(live().roles).toEqual(['node']);
});

test('an instance profile that holds its role is left alone', async () => {
  account.aws.addForeignRole('node');
  account.aws.addForeignInstanceProfile('profile', ['node']);
  expect(await reconcile()).toEqual([]);
});

describe('a role of somebody else’s in it', () => {
  test('is in the way, and named', async () => {
    account.aws.addForeignRole('other');
    account.aws.addForeignInstanceProfile('profile', ['other']);
    const found = await account.wait(desired().observe());
    expect(found && desired().conflicts?.(found)).toEqual([
      'The instance profile "profile" holds the role "other", and there is room for one only. ' +
        'Remove that role from it, then try again.',
    ]);
  });

  test('its own role is not in the way', () => {
    expect(desired().conflicts?.({ tags: {}, roles: ['node'] })).toEqual([]);
    expect(desired().conflicts?.({ tags: {}, roles: [] })).toEqual([]);
  });

  test('that came in between is named too', async () => {
    account.aws.addForeignRole('node');
    account.aws.addForeignRole('other');
    account.aws.addForeignInstanceProfile('profile');
    account.before('AddRoleToInstanceProfile', () => live().roles.push('other'));
    const failure = reconcile();
    await expect(failure).rejects.toThrow(PreconditionError);
    await expect(failure).rejects.toThrow('holds the role "other"');
    expect(live().roles).toEqual(['other']);
  });
});

describe('when IAM says that there is no room', () => {
  test('since its own role is in already, after a lost answer, all is well', async () => {
    account.aws.addForeignRole('node');
    account.aws.addForeignInstanceProfile('profile');
    account.fail('AddRoleToInstanceProfile', 'lostAnswer500');
    expect(await reconcile()).toEqual(['AddRoleToInstanceProfile']);
    expect(live().roles).toEqual(['node']);
  });

  test('but nothing is in it, IAM’s own message is told', async () => {
    account.aws.addForeignRole('node');
    account.aws.addForeignInstanceProfile('profile');
    account.fail('AddRoleToInstanceProfile', limitExceeded('Something', 1), Number.POSITIVE_INFINITY);
    await expect(reconcile()).rejects.toThrow('Cannot exceed quota for Something: 1');
  });
});

test('another failure is told', async () => {
  account.aws.addForeignRole('node');
  account.aws.addForeignInstanceProfile('profile');
  account.fail('AddRoleToInstanceProfile', 'explicitDeny');
  await expect(reconcile()).rejects.toThrow('The denial comes from a service control policy');
});

test('a role that is too young to be known is waited for', async () => {
  account.aws.addForeignRole('node').createdAt = Date.now();
  account.aws.addForeignInstanceProfile('profile');
  account.aws.lag.references = 8000;
  await reconcile();
  expect(live().roles).toEqual(['node']);
});

test('tags are set and taken away', async () => {
  account.aws.addForeignInstanceProfile('profile');
  await account.wait(desired().tag({ Team: 'Data', Other: 'x' }));
  await account.wait(desired().untag(['Other']));
  expect(live().tags).toEqual({ Team: 'Data' });
});

test('a role that may not be the one that is in force is put in again, whatever a read says', () => {
  const read = { tags: {}, roles: ['node'] };
  expect(desired().diff(read, [DESIRED], [])).toEqual([]);
  expect(desired().diff(read, [{ ...DESIRED, roleName: 'other' }], [])).toHaveLength(1);
  expect(desired().diff(read, [undefined], [])).toMatchObject([
    { difference: 'it does not hold the role node' },
  ]);
});

describe('an instance profile that is to go', () => {
  const go = async () => {
    const found = await account.wait(instanceProfileToDelete(account.connection, 'node'));
    await account.wait(deletePatiently(account.connection, found));
    return found.tags;
  };

  test('is taken its own role out of, and goes', async () => {
    account.aws.addForeignRole('node');
    account.aws.addForeignInstanceProfile('node', ['node'], { Team: 'Data' });
    expect(await go()).toEqual({ Team: 'Data' });
    expect(account.aws.instanceProfiles).toEqual({});
  });

  test('stays with a role of somebody else’s in it, which is named', async () => {
    account.aws.addForeignRole('other');
    account.aws.addForeignInstanceProfile('node', ['other']);
    await expect(go()).rejects.toThrow('it holds the role "other", which is not this bundle\'s: take it out');
    expect(account.aws.instanceProfiles.node?.roles).toEqual(['other']);
  });

  test('that is gone is gone', async () => {
    expect(await go()).toBeUndefined();
  });
});

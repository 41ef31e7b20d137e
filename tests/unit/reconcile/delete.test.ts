import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LedgerState } from '../../../src/ledger/state.ts';
import { CONSOLE_ROLE, NODE_ROLE, SECRET, USER, USER_POLICY, useAccount } from '../../support/account.ts';
import { deleteEvent, updateEvent } from '../../support/memory-aws/events.ts';
import { iamError } from '../../support/memory-aws/iam-errors.ts';
import { invoke } from '../../support/memory-aws/invoke.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const actions = () => account.aws.calls.map(({ action }) => action);
beforeEach(async () => {
  await account.create(OFF);
  account.aws.forgetCalls();
});

describe('what has come to hang on a resource while it is deleted is taken off, and the resource goes', () => {
  const inline = (on: { inline: Record<string, string> } | undefined) =>
    Object.assign(on?.inline ?? {}, { late: '{}' });
  test.each([
    ['a key on the user', 'DeleteUser', () => account.aws.addAccessKeyByHand(USER)],
    [
      'a password on the user',
      'DeleteUser',
      () =>
        Object.assign(account.user(), {
          loginProfile: { password: 'x', createdAt: 0, resetRequired: false },
        }),
    ],
    ['one of everything on the user', 'DeleteUser', () => account.aws.hangEverythingOn(USER)],
    [
      'an inline policy on the role',
      'DeleteRole',
      () => [NODE_ROLE, CONSOLE_ROLE].map((name) => inline(account.aws.roles[name])),
    ],
    [
      'its role in the profile',
      'DeleteInstanceProfile',
      () => account.aws.instanceProfiles[NODE_ROLE]?.roles.push(NODE_ROLE),
    ],
    [
      'a version of the policy',
      'DeletePolicy',
      () =>
        Object.values(account.aws.policies).map(({ versions }) =>
          versions.push({ id: 'v2', document: '{}', createdAt: 0 }),
        ),
    ],
  ])('%s', async (_what, action, change) => {
    account.before(action, () => void change());
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('but not a policy that somebody has attached to his own: it is named', async () => {
    account.before('DeletePolicy', () => {
      account.aws.addForeignUser('theirs').attached.push(USER_POLICY);
    });
    const { answer } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('attached to the user "theirs"');
    expect(account.entities()).toEqual(['user theirs', 'policy RedislabsIAMUserRestrictedPolicy']);
  });

  test('nor one that several have attached: all of them are named at once, on whatever page they are', async () => {
    account.aws.pageSize = 1;
    account.aws.addForeignUser('theirs').attached.push(USER_POLICY);
    account.aws.addForeignRole('their-role').attached.push(USER_POLICY);
    account.aws.groups.people = { name: 'people', id: 'AGPAEXAMPLE', attached: [USER_POLICY] };
    const { answer } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    for (const holder of ['user "theirs"', 'role "their-role"', 'group "people"'])
      expect(answer.Reason).toContain(`attached to the ${holder}, which is not this bundle's`);
    expect(account.aws.policies[USER_POLICY]?.versions).toHaveLength(1);
  });

  test('and a conflict that does not pass is told, after a few tries', async () => {
    account.fail('DeleteUser', iamError('DeleteConflict', 'Something hangs on it.', 409), 1000);
    const { answer } = await account.delete();
    expect(answer.Reason).toMatch(
      /DeleteUser for "redislabs-user" failed: DeleteConflict: Something hangs on it \(request id [0-9a-f-]+\)\)\. Everything else/,
    );
    expect(actions().filter((action) => action === 'DeleteUser').length).toBeLessThan(20);
    expect(account.user()).toMatchObject({ accessKeys: [], attached: [] });
    expect(account.user()).not.toHaveProperty('loginProfile');
  });
});

/** What the ledger says. */
function known(): LedgerState {
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  return JSON.parse(item?.state?.S ?? '{}');
}

describe('credentials by the ledger, after a Delete that', () => {
  const SAME = { ...OFF, UserName: 'same', ConsoleRoleName: 'same', SecretName: 'same' };
  beforeEach(async () => {
    await account.delete();
    vi.advanceTimersByTime(1000);
    await account.create({ ...SAME, SecretRecoveryDays: 0 });
  });

  test('has left the user, are as before, but that nobody can read them any more', async () => {
    account.fail('DeleteUser', 'explicitDeny', 1000);
    expect((await account.delete()).answer.Status).toBe('FAILED');
    const [key] = known().keys.made;
    expect(key).toMatchObject({ user: 'same' });
    expect(key).not.toHaveProperty('stored');
    expect(known().keys).not.toHaveProperty('current');
  });

  test('has left user and secret, are as before', async () => {
    account.fail('DeleteUser', 'explicitDeny', 1000);
    account.fail('DeleteSecret', 'explicitDeny', 1000);
    const before = known().keys;
    expect((await account.delete()).answer.Status).toBe('FAILED');
    expect(known().keys.made).toEqual(before.made);
    expect(known().keys.current).toEqual(before.current);
  });

  test('has left the secret alone, are none', async () => {
    account.fail('DeleteSecret', 'explicitDeny', 1000);
    expect((await account.delete()).answer.Status).toBe('FAILED');
    expect(known().keys.made).toEqual([]);
  });
});

test('what is left is told with all reasons, each once, and what to do', async () => {
  account.aws.hangEverythingOn(USER);
  account.fail('ListGroupsForUser', 'explicitDeny', 1000);
  const { answer } = await account.delete();
  expect(answer.Reason).toMatch(
    new RegExp(
      `^Not everything could be removed\\. Left: user "${USER}" \\(ListGroupsForUser for "${USER}" failed: .*[^.]; ` +
        `DeleteUser for "${USER}" failed: .*[^.]\\)\\. Everything else is deleted\\. Remove the cause, then delete the stack again\\.`,
      's',
    ),
  );
});

test('all that is left is told, one after the other', async () => {
  account.fail('DeleteUser', 'explicitDeny', 1000);
  account.fail('DeleteSecret', 'explicitDeny', 1000);
  const { answer } = await account.delete();
  expect(answer.Reason).toMatch(
    /^Not everything could be removed\. Left: user "[^"]+" \([^)]*\).*\); secret "[^"]+" \(/s,
  );
});

test('a Delete whose time is over says so, and not what it has left', async () => {
  account.aws.gate = async ({ action }) => {
    if (action === 'DeleteUser') await new Promise((resolve) => setTimeout(resolve, 400_000));
  };
  const { answer } = await account.delete();
  expect(answer.Reason).toMatch(/^The operation did not finish in the time of the function/);
});

describe('what a Delete has begun to take apart', () => {
  const owners = () => known().owners;

  test('is noted before the first call, so that nobody takes it for whole', async () => {
    account.fail('DeleteAccessKey', 'crashBefore');
    await account.wait(invoke(account.place, deleteEvent(account.id, OFF)));
    expect(Object.values(owners())).toEqual(Array(7).fill({ id: account.id, since: 'deleting' }));
  });

  test('and was only about to be taken over stays so: it is not deleted by the next one either', async () => {
    account.aws.addForeignUser('other', { Theirs: 'yes' });
    account.fail('CreateAccessKey', 'crashBefore');
    const adopting = { ...OFF, UserName: 'other', ExistingEntities: 'Adopt' };
    await account.wait(invoke(account.place, updateEvent(account.id, adopting, OFF)));
    const { id, since } = owners()['user other'] ?? {};
    expect(since).toBe('adopting');
    account.aws.faults.length = 0;
    account.fail('UntagUser', 'explicitDeny', 1000);
    expect((await account.send(deleteEvent(String(id), adopting))).answer.Status).toBe('FAILED');
    expect(owners()['user other']?.since).toBe('adopting');
    account.aws.faults.length = 0;
    await account.send(deleteEvent(String(id), adopting));
    expect(account.user('other').tags).toEqual({ Theirs: 'yes' });
  });
});

test('what fills many pages of a list is taken off, all of it', async () => {
  account.aws.pageSize = 1;
  const many = (prefix: string) => Array.from({ length: 20 }, (_, index) => [`${prefix}${index}`, '{}']);
  account.user().inline = Object.fromEntries(many('by-hand-'));
  Object.assign(account.aws.roles[NODE_ROLE] ?? {}, { inline: Object.fromEntries(many('by-hand-')) });
  expect((await account.delete()).answer.Status).toBe('SUCCESS');
  expect(account.entities()).toEqual([]);
});

describe('a list that cannot be read', () => {
  const lists = [
    'ListMFADevices',
    'ListSSHPublicKeys',
    'ListSigningCertificates',
    'ListServiceSpecificCredentials',
    'ListGroupsForUser',
    'ListUserPolicies',
    'ListAttachedUserPolicies',
  ];

  test.each(lists)('(%s) leaves the user, and says which list', async (list) => {
    account.aws.hangEverythingOn(USER);
    account.fail(list, 'explicitDeny', 1000);
    const { answer } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(new RegExp(`user "${USER}" \\((${list}|DeleteUser) for "${USER}" failed`));
    expect(account.user().accessKeys).toEqual([]);
  });

  test.each(['ListMFADevices', 'ListRolePolicies', 'ListInstanceProfilesForRole'])(
    '(%s) does not matter if nothing was in it',
    async (list) => {
      account.aws.instanceProfiles = {};
      account.fail(list, 'explicitDeny', 1000);
      expect((await account.delete()).answer.Status).toBe('SUCCESS');
      expect(account.entities()).toEqual([]);
    },
  );

  test('of keys leaves the user, but not its password', async () => {
    account.fail('ListAccessKeys', 'explicitDeny', 1000);
    const { answer } = await account.delete();
    expect(answer.Reason).toContain('ListAccessKeys');
    expect(account.user()).not.toHaveProperty('loginProfile');
  });
});

test('what somebody has just removed himself does not stop the rest', async () => {
  account.aws.hangEverythingOn(USER);
  const user = account.user();
  const steal: Record<string, () => void> = {
    DetachUserPolicy: () => user.attached.shift(),
    RemoveUserFromGroup: () => user.groups.shift(),
    DeleteUserPolicy: () => delete user.inline['by-hand-1'],
    DeleteSSHPublicKey: () => user.sshKeys.shift(),
    DeleteSigningCertificate: () => user.certificates.shift(),
    DeleteServiceSpecificCredential: () => user.serviceCredentials.shift(),
    DeactivateMFADevice: () => user.mfaDevices.shift(),
    DeleteAccessKey: () => user.accessKeys.shift(),
    DeleteLoginProfile: () => delete user.loginProfile,
  };
  account.aws.gate = async ({ action }) => {
    steal[action]?.();
    delete steal[action];
  };
  expect((await account.delete()).answer.Status).toBe('SUCCESS');
  expect(steal).toEqual({});
  expect(account.aws.users).toEqual({});
});

test('of MFA devices only virtual ones are deleted; others belong to a person', async () => {
  account.aws.hangEverythingOn(USER);
  const { calls } = await account.delete();
  const serials = (action: string) =>
    calls.filter((call) => call.action === action).map(({ input }) => input.SerialNumber);
  const virtual = `arn:aws:iam::123456789012:mfa/${USER}-phone`;
  expect(serials('DeactivateMFADevice')).toEqual([virtual, 'GAHT12345678']);
  expect(serials('DeleteVirtualMFADevice')).toEqual([virtual]);
});

test('a secret whose deletion lost its answer is deleted', async () => {
  account.fail('DeleteSecret', 'lostAnswer500');
  expect((await account.delete()).answer.Status).toBe('SUCCESS');
  expect(account.secret().deletion).toBeDefined();
});

test('a secret that refuses its deletion is told', async () => {
  account.aws.secrets[SECRET]?.replicas.push({ region: 'eu-west-1' });
  account.fail('RemoveRegionsFromReplication', 'explicitDeny');
  const { answer } = await account.delete();
  expect(answer.Reason).toContain(`secret "${SECRET}" (RemoveRegionsFromReplication`);
  expect(account.aws.users).toEqual({});
});

describe('when nobody can say whether a key is in use', () => {
  beforeEach(() => {
    account.properties = {};
    account.fail('GetAccessKeyLastUsed', 'explicitDeny', 1000);
  });

  test('one that is old enough to be is not deleted', async () => {
    vi.advanceTimersByTime(3_600_000);
    const { answer, writes } = await account.delete();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(
      `perhaps access key ${account.content()?.accessKeyId} (GetAccessKeyLastUsed`,
    );
    expect(writes).toEqual([]);
  });

  test('one that was made a moment ago is', async () => {
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });
});

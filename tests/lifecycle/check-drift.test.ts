import { describe, expect, test } from 'vitest';
import {
  CONSOLE_ROLE,
  INSTANCE_POLICY,
  NODE_ROLE,
  SECRET,
  USER,
  USER_POLICY,
  useAccount,
} from '../support/account.ts';
import { harshestDay } from '../support/harsh-days.ts';
import { deleteEvent } from '../support/memory-aws/events.ts';
import { sampleOf } from '../support/sample.ts';
import { said, sendCheck } from './checking.ts';
import { attempt, bookmark, expectSuccess, settled, soon } from './journey.ts';

const account = useAccount();
const UNTOUCHED = sampleOf({ some: 25, more: 1000 });
const RUNS = sampleOf({ some: 3, more: 100 });

const BOUNDARY = 'arn:aws:iam::aws:policy/PowerUserAccess';
const OTHERS = 'arn:aws:iam::aws:policy/AdministratorAccess';
const DOCUMENT = '{"Version":"2012-10-17","Statement":[]}';
const role = (name: string) => account.aws.roles[name] as NonNullable<(typeof account.aws.roles)[string]>;
const currentKey = () => account.content()?.accessKeyId ?? '';

/** Each kind of drift: what a person does, and what the check says of it. */
const DRIFT: [string, () => void, string | RegExp][] = [
  [
    'a policy that is gone',
    () => delete account.aws.policies[INSTANCE_POLICY],
    'policy RedisLabsInstanceRolePolicy: it is missing',
  ],
  [
    'an instance profile that is gone',
    () => delete account.aws.instanceProfiles[NODE_ROLE],
    `instance profile ${NODE_ROLE}: it is missing`,
  ],
  [
    'a console role that is gone',
    () => delete account.aws.roles[CONSOLE_ROLE],
    `role ${CONSOLE_ROLE}: it is missing`,
  ],
  ['a user that is gone', () => delete account.aws.users[USER], `user ${USER}: it is missing`],
  ['a secret that is gone', () => delete account.aws.secrets[SECRET], `secret ${SECRET}: it is missing`],
  [
    'a tag that is gone',
    () => delete account.user().tags.UsedBy,
    `user ${USER}: its tag UsedBy is missing and should be RedisLabs`,
  ],
  [
    'a tag that says something else',
    () => Object.assign(account.user().tags, { UsedBy: 'us' }),
    `user ${USER}: its tag UsedBy is us and should be RedisLabs`,
  ],
  [
    'a bundle tag that is gone',
    () => delete role(NODE_ROLE).tags['rv-access:bundle'],
    /role redislabs-cluster-node-role: its tag rv-access:bundle is missing and should be rv-access/,
  ],
  [
    'a policy that says something else',
    () => {
      const policy = account.aws.policies[USER_POLICY];
      for (const version of policy?.versions ?? []) version.document = DOCUMENT;
    },
    'policy RedislabsIAMUserRestrictedPolicy: its document is not the one that the bundle asks for',
  ],
  [
    'a policy that is detached',
    () => account.user().attached.splice(0),
    /user redislabs-user: .*RestrictedPolicy is not known to be attached/,
  ],
  [
    'a further policy on the user',
    () => account.user().attached.push(OTHERS),
    `user ${USER}: it has the policy ${OTHERS}, which the bundle did not attach`,
  ],
  [
    'a further policy on a role',
    () => role(NODE_ROLE).attached.push(OTHERS),
    `role ${NODE_ROLE}: it has the policy ${OTHERS}, which the bundle did not attach`,
  ],
  [
    'an inline policy on the user',
    () => Object.assign(account.user().inline, { mine: DOCUMENT }),
    `user ${USER}: it has the inline policy mine and should have none`,
  ],
  [
    'an inline policy on a role',
    () => Object.assign(role(CONSOLE_ROLE).inline, { mine: DOCUMENT }),
    `role ${CONSOLE_ROLE}: it has the inline policy mine and should have none`,
  ],
  [
    'a trust policy that lets others in',
    () => Object.assign(role(CONSOLE_ROLE), { trust: DOCUMENT }),
    /role redislabs-role: its trust policy is not/,
  ],
  [
    'a boundary that is gone',
    () => delete account.user().boundaryArn,
    `user ${USER}: its permissions boundary is none and should be ${BOUNDARY}`,
  ],
  [
    'a role that left its instance profile',
    () => account.aws.instanceProfiles[NODE_ROLE]?.roles.splice(0),
    /instance profile .*: it does not hold the role/,
  ],
  [
    'another role in its instance profile',
    () => account.aws.instanceProfiles[NODE_ROLE]?.roles.splice(0, 1, CONSOLE_ROLE),
    /instance profile .*holds the role "redislabs-role", and there is room for one only/,
  ],
  [
    'a group',
    () => account.user().groups.push('people'),
    `user ${USER}: it has the group people and should have none`,
  ],
  [
    'an SSH key',
    () => account.user().sshKeys.push('APKA1'),
    `user ${USER}: it has the SSH key APKA1 and should have none`,
  ],
  [
    'a service-specific credential',
    () => account.user().serviceCredentials.push('ACCA1'),
    `user ${USER}: it has the service-specific credential ACCA1 and should have none`,
  ],
  [
    'a signing certificate',
    () => account.user().certificates.push('CERT1'),
    `user ${USER}: it has the signing certificate CERT1 and should have none`,
  ],
  [
    'an access key of a person',
    () => account.aws.addAccessKeyByHand(USER),
    /user redislabs-user: it has the access key AKIA\w+, which the bundle did not make/,
  ],
  [
    'an access key that is gone',
    () => account.user().accessKeys.splice(0),
    /user redislabs-user: its access key AKIA\w+ is gone/,
  ],
  [
    'an access key that is Inactive',
    () => {
      for (const key of account.user().accessKeys) key.active = false;
    },
    /user redislabs-user: its access key AKIA\w+ is Inactive and should be Active/,
  ],
  [
    'a console password that is gone',
    () => delete account.user().loginProfile,
    `user ${USER}: it has no console password and should have one`,
  ],
  [
    'a rotation that is switched off',
    () => Object.assign(account.secret(), { rotationEnabled: false }),
    `secret ${SECRET}: it is rotated every 0 days and should be every 30 (0: never)`,
  ],
  [
    'a secret that says something else',
    () => {
      for (const version of Object.values(account.secret().versions)) version.value = '{}';
    },
    `secret ${SECRET}: AWSCURRENT does not hold what it should`,
  ],
  [
    'a resource policy of others',
    () =>
      Object.assign(account.secret(), { resourcePolicy: '{"Statement":[{"Sid":"Mine","Effect":"Allow"}]}' }),
    `secret ${SECRET}: its resource policy has a statement of others: {"Sid":"Mine","Effect":"Allow"}`,
  ],
  [
    'a resource policy of others under the name of ours',
    () =>
      Object.assign(account.secret(), { resourcePolicy: '{"Statement":{"Sid":"RvAccessBundleReaders"}}' }),
    /its resource policy has a statement of others/,
  ],
  [
    'a deletion that is scheduled',
    () =>
      Object.assign(account.secret(), {
        deletion: { requestedAt: Date.now(), dueAt: Date.now() + 30 * 86_400_000 },
      }),
    /secret rv-access\/redislabs-user: its deletion was scheduled on 2026-01-1/,
  ],
  [
    'a KMS key of others',
    () => Object.assign(account.secret(), { kmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/other' }),
    `secret ${SECRET}: its KMS key is arn:aws:kms:us-east-1:123456789012:key/other and should be the AWS managed key`,
  ],
];

test('an untouched bundle has no drift, whatever AWS is like, at whatever time after its Create', async () => {
  let second = 0;
  for (let seed = 1; seed <= UNTOUCHED; seed += 1) {
    const back = bookmark(account);
    harshestDay(account.aws, seed);
    expectSuccess((await account.create({ PermissionsBoundaryArn: BOUNDARY, RotationDays: 30 })).answer);
    soon(seed % 4 === 0 ? 60_000 : 300 * (seed % 50));
    const result = await sendCheck(account);
    expect([seed, result.state, said(result)]).toEqual([seed, 'checked', []]);
    expect(result.writes).toEqual([]);
    if (result.calls.filter(({ action }) => action === 'ListUserPolicies').length > 1) second += 1;
    back();
  }
  // Else nothing was late, and nothing was tried.
  expect(second).toBeGreaterThan(UNTOUCHED / 20);
});

describe('the check finds', () => {
  test.each(DRIFT)('%s', async (_what, doIt, words) => {
    await settled(account, { PermissionsBoundaryArn: BOUNDARY, RotationDays: 30 });
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const back = bookmark(account);
      harshestDay(account.aws, seed);
      const secrets = Object.values(account.content() ?? {}).filter((value) => String(value).length > 30);
      doIt();
      soon(20_000);
      const result = await sendCheck(account);
      expect(said(result)).toContainEqual(typeof words === 'string' ? words : expect.stringMatching(words));
      expect(result.metrics.Drift).toBe(result.drift.length);
      expect(result.writes).toEqual([]);
      for (const secret of secrets) expect(JSON.stringify(result)).not.toContain(secret);
      back();
    }
  });

  test('of a user whose bundle tag is gone that tag alone, and no tag that is as it should be', async () => {
    await settled(account);
    const { tags } = account.user();
    const tag = tags['rv-access:bundle'];
    delete tags['rv-access:bundle'];
    expect(said(await sendCheck(account))).toEqual([
      `user ${USER}: its tag rv-access:bundle is missing and should be ${tag}`,
    ]);
  });

  test('nothing in what the bundle leaves to others: an MFA device, tags of their own', async () => {
    await settled(account);
    account.user().mfaDevices.push('GAHT12345678');
    account.user().tags.Team = 'data';
    expect(said(await sendCheck(account))).toEqual([]);
  });

  test('a boundary that a person has set where there should be none', async () => {
    await settled(account);
    account.user().boundaryArn = BOUNDARY;
    expect(said(await sendCheck(account))).toEqual([
      `user ${USER}: its permissions boundary is ${BOUNDARY} and should be none`,
    ]);
  });

  test('a rotation that a person has switched on where there should be none', async () => {
    await settled(account);
    Object.assign(account.secret(), { rotationEnabled: true, rotationDays: 7 });
    expect(said(await sendCheck(account))).toEqual([
      `secret ${SECRET}: it is rotated every 7 days and should be every 0 (0: never)`,
    ]);
  });

  test('what an Update has left that died', async () => {
    await settled(account);
    account.fail('CreateAccessKey', 'crashBefore');
    await attempt(account, { UserName: 'another-user' });
    soon(600_000);
    expect(said(await sendCheck(account))).toEqual(
      expect.arrayContaining([
        'user another-user: it is left of an operation that failed',
        'secret rv-access/another-user: it is left of an operation that failed',
      ]),
    );
  });

  test('what a rename has left whose clean-up was refused, until it goes', async () => {
    const before = await settled(account, { DeletionProtection: 'WhenInUse' });
    account.aws.useAccessKey(currentKey());
    expectSuccess((await account.update({ UserName: 'another-user' })).answer);
    const cleanUp = () => account.send(deleteEvent(before.id, before.properties));
    expect((await cleanUp()).answer.Status).toBe('FAILED');
    soon(600_000);
    expect(said(await sendCheck(account))).toEqual([
      `user ${USER}: it is left of the names before, as its deletion was refused or is still to come`,
    ]);
    account.user().tags['rv-access:delete'] = 'anyway';
    expectSuccess((await cleanUp()).answer);
    soon(600_000);
    expect(said(await sendCheck(account))).toEqual([]);
  });

  test('nothing of the names before that a person has deleted', async () => {
    await settled(account);
    expectSuccess((await account.update({ UserName: 'another-user' })).answer);
    delete account.aws.users[USER];
    soon(600_000);
    expect(said(await sendCheck(account))).toEqual([]);
  });

  test('of what a Delete that failed has left only what is gone', async () => {
    await settled(account, { DeletionProtection: 'Off' });
    account.fail('DeleteUser', 'explicitDeny', Number.POSITIVE_INFINITY);
    expect((await account.delete()).answer.Status).toBe('FAILED');
    soon(600_000);
    const found = said(await sendCheck(account));
    expect(found).toContain(`role ${NODE_ROLE}: it is missing`);
    expect(found).not.toContain(`user ${USER}: it is missing`);
  });

  test('that an access key is gone, without asking when a key that nobody has was last used', async () => {
    await settled(account);
    account.user().accessKeys.splice(0);
    account.fail('GetAccessKeyLastUsed', 'accessDenied', Number.POSITIVE_INFINITY);
    const [first] = said(await sendCheck(account));
    expect(first).toMatch(/^user redislabs-user: its access key AKIA\w+ is gone/);
    account.aws.faults.length = 0;
  });

  test('one thing and nothing else, where one thing was changed', async () => {
    await settled(account);
    account.user().groups.push('people');
    const result = await sendCheck(account);
    expect(result.drift).toHaveLength(1);
    expect(result.log.filter((line) => line.includes('"drift"'))).toEqual([
      `{"level":"warning","drift":{"resource":"user","name":"${USER}","difference":"it has the group people and should have none"}}`,
    ]);
    expect(currentKey()).not.toBe('');
  });
});

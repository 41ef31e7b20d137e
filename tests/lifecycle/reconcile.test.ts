import { describe, expect, test } from 'vitest';
import { namesOwnedBy } from '../faults/ledger.ts';
import { resourceOf } from '../faults/ours.ts';
import {
  CONSOLE_ROLE,
  INSTANCE_POLICY,
  NODE_ROLE,
  SECRET,
  USER,
  USER_POLICY,
  useAccount,
} from '../support/account.ts';
import { type Call, depth } from '../support/memory-aws/calls.ts';
import { createEvent, updateEvent } from '../support/memory-aws/events.ts';

const account = useAccount();
/** The calls but those to the ledger. */
const withoutLedger = (calls: Call[]) => calls.filter(({ service }) => service !== 'dynamodb');
const ALL = [
  `user ${USER}`,
  `role ${NODE_ROLE}`,
  `role ${CONSOLE_ROLE}`,
  'policy RedisLabsInstanceRolePolicy',
  'policy RedislabsIAMUserRestrictedPolicy',
  `instance profile ${NODE_ROLE}`,
  `secret ${SECRET}`,
];

describe('how deep a request is', () => {
  test('a Create has at most ten calls in a row, the three probes of the key among them', async () => {
    account.aws.latency = 50;
    const { answer, calls } = await account.create();
    expect(answer.Status).toBe('SUCCESS');
    expect(calls.filter(({ action }) => action === 'GetCallerIdentity')).toHaveLength(3);
    expect(depth(withoutLedger(calls))).toBeLessThanOrEqual(10);
    expect(calls.filter(({ action }) => action === 'PutItem').length).toBeLessThanOrEqual(4);
  });

  test.each([
    ['of the tags', { Tags: 'Team=Data' }, 6],
    ['of the key, a rotation,', { AccessKeySerial: 2 }, 10],
    ['of the password', { PasswordSerial: 2 }, 10],
  ])('an Update %s has no more calls in a row than it may have', async (_what, changes, most) => {
    await account.create();
    account.aws.latency = 50;
    const { answer, calls } = await account.update(changes);
    expect(answer.Status).toBe('SUCCESS');
    expect(depth(withoutLedger(calls))).toBeLessThanOrEqual(most);
  });

  test('a Delete has at most eight calls in a row', async () => {
    await account.create({ DeletionProtection: 'Off' });
    account.aws.latency = 50;
    const { answer, calls } = await account.delete();
    expect(answer.Status).toBe('SUCCESS');
    expect(depth(withoutLedger(calls))).toBeLessThanOrEqual(8);
  });

  test('a second run finds all as it should be: no write but the ledger’s, and at most three calls in a row', async () => {
    await account.create();
    const before = account.aws.snapshot();
    account.aws.latency = 50;
    for (const event of [
      updateEvent(account.id, account.properties, account.properties),
      createEvent(account.properties),
    ]) {
      const { answer, writes, calls } = await account.send(event);
      expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: account.id });
      expect(writes).toEqual([]);
      expect(depth(withoutLedger(calls))).toBeLessThanOrEqual(3);
    }
    expect(account.aws.snapshot()).toEqual(before);
  });

  test('a Create for readers in other accounts does not wait for what a secret that is not there yet says of them', async () => {
    const readers = {
      KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234',
      SecretReaderArns: 'arn:aws:iam::210987654321:root',
    };
    const { answer, invocation } = await account.create(readers);
    expect(answer.Status).toBe('SUCCESS');
    expect(invocation.endedAt - invocation.startedAt).toBeLessThan(1000);
  });

  test('a second run writes nothing either after a rotation, a new password, and with every property set', async () => {
    await account.create({
      KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234',
      SecretReaderArns: 'arn:aws:iam::210987654321:root',
      ReplicaRegions: 'eu-west-1',
      PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
      Tags: 'Team=Data',
    });
    await account.update({ AccessKeySerial: 2 });
    await account.update({ PasswordSerial: 2 });
    const { answer, writes } = await account.update({});
    expect([answer.Status, writes]).toEqual(['SUCCESS', []]);
  });
});

test('everything is made with the tags in its create call, so that nothing is ever nobody’s', async () => {
  const { calls } = await account.create({ Tags: 'Team=Data' });
  const creates = calls.filter(({ action }) =>
    /^Create(User|Role|Policy|InstanceProfile|Secret)$/.test(action),
  );
  expect(creates).toHaveLength(7);
  for (const { input } of creates) {
    const tags = Object.fromEntries(
      (input.Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
    );
    expect(tags).toMatchObject({
      Team: 'Data',
      UsedBy: 'RedisLabs',
      'rv-access:bundle': resourceOf(account.id),
      'rv-access:stack': createEvent().StackId,
    });
  }
  expect(account.entities().sort()).toEqual([...ALL].sort());
});

test('the secret is there before any credential is made', async () => {
  const { writes } = await account.create();
  expect(writes.indexOf('CreateSecret')).toBeGreaterThanOrEqual(0);
  for (const credential of ['CreateAccessKey', 'CreateLoginProfile'])
    expect(writes.indexOf('CreateSecret')).toBeLessThan(writes.indexOf(credential));
});

test('without a usable key for the secret no credential is made', async () => {
  const KmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/1234';
  account.aws.kmsKeys[KmsKeyArn] = 'disabled';
  const { answer, writes } = await account.create({ KmsKeyArn });
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toContain('Check that the key of the secret (KmsKeyArn) exists, is enabled');
  expect(writes).not.toContain('CreateAccessKey');
  expect(writes).not.toContain('CreateLoginProfile');
});

describe('something of somebody else’s in the way fails before the first write', () => {
  const OTHER = {
    'rv-access:bundle': 'rv-access/other-stack/Bundle/0123456789abcdef',
    'rv-access:stack': 'arn:aws:cloudformation:eu-west-1:123456789012:stack/other-stack/1',
  };
  const add: Record<string, (tags?: Record<string, string>) => void> = {
    [`user "${USER}"`]: (tags) => account.aws.addForeignUser(USER, tags),
    [`role "${NODE_ROLE}"`]: (tags) => account.aws.addForeignRole(NODE_ROLE, tags),
    [`role "${CONSOLE_ROLE}"`]: (tags) => account.aws.addForeignRole(CONSOLE_ROLE, tags),
    'policy "RedisLabsInstanceRolePolicy"': (tags) =>
      account.aws.addForeignPolicy('RedisLabsInstanceRolePolicy', tags),
    'policy "RedislabsIAMUserRestrictedPolicy"': (tags) =>
      account.aws.addForeignPolicy('RedislabsIAMUserRestrictedPolicy', tags),
    [`instance profile "${NODE_ROLE}"`]: (tags) => account.aws.addForeignInstanceProfile(NODE_ROLE, [], tags),
    [`secret "${SECRET}"`]: (tags) => account.aws.addForeignSecret(SECRET, 'theirs', tags),
  };

  test.each(Object.keys(add))('a %s that nobody’s bundle owns', async (what) => {
    add[what]?.();
    const before = account.aws.snapshot();
    const { answer, writes } = await account.create();
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason:
        `The ${what} exists already and was not made by this bundle; nothing was touched. ` +
        'Choose another name, delete it, or set ExistingEntities to Adopt to take it over.',
    });
    expect([writes, account.aws.snapshot()]).toEqual([[], before]);
  });

  test.each(Object.keys(add))('a %s of another bundle, whose stack and Region are named', async (what) => {
    add[what]?.(OTHER);
    const { answer, writes } = await account.create();
    expect(answer.Reason).toContain(
      `The ${what} exists already and belongs to the bundle of the stack "other-stack" in eu-west-1;`,
    );
    expect(writes).toEqual([]);
  });

  test('everything at once is told at once', async () => {
    for (const each of Object.values(add)) each();
    const { answer } = await account.create();
    for (const what of Object.keys(add)) expect(answer.Reason).toContain(what);
  });

  test('a value of a secret that is not ours is never read', async () => {
    account.aws.addForeignSecret(SECRET);
    const { calls } = await account.create();
    expect(calls.map(({ action }) => action)).not.toContain('GetSecretValue');
  });

  test('a console role that is not desired is in nobody’s way', async () => {
    account.aws.addForeignRole(CONSOLE_ROLE);
    expect((await account.create({ ConsoleAccess: 'User' })).answer.Status).toBe('SUCCESS');
    expect(account.aws.roles[CONSOLE_ROLE]?.tags).toEqual({});
  });

  test('can be adopted: it is tagged, brought to what is desired, and the bundle’s from then on', async () => {
    for (const each of Object.values(add)) each({ Theirs: 'stays' });
    const adopted = await account.create({ ExistingEntities: 'Adopt', DeletionProtection: 'Off' });
    expect(adopted.answer.Status).toBe('SUCCESS');
    const { users, roles, policies, instanceProfiles, secrets } = account.aws;
    const all = [users, roles, policies, instanceProfiles, secrets].flatMap((each) =>
      Object.values<{ tags: object }>(each),
    );
    expect(all).toHaveLength(7);
    for (const { tags } of all)
      expect(tags).toMatchObject({ Theirs: 'stays', 'rv-access:bundle': resourceOf(account.id) });
    expect(namesOwnedBy(account.aws, account.id)).toHaveLength(7);
    expect(account.aws.roles[NODE_ROLE]?.attached).toEqual([INSTANCE_POLICY]);
    expect(account.user().attached).toEqual([USER_POLICY]);
    expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });
});

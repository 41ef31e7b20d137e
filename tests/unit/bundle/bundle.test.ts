import { describe, expect, test } from 'vitest';
import {
  bundleId,
  describeBundle,
  type Identity,
  isBundleId,
  isSameResource,
  stackNameOf,
} from '../../../src/bundle/bundle.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';

const STACK = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/redis-access/0b7c1d40';
const PROVIDER = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/provider/aaaa';

const identity = (stackId = STACK, logicalId = 'Bundle'): Identity => ({
  stack: parseStackId(stackId),
  logicalId,
  providerStackId: PROVIDER,
});
const properties = (raw: Record<string, unknown> = {}) => parseProperties(raw, parseStackId(STACK));
const idOf = (raw: Record<string, unknown> = {}, of = identity()) => bundleId(of, properties(raw));
const layout = (raw: Record<string, unknown> = {}) => describeBundle(identity(), properties(raw));

describe('the physical id', () => {
  test('is the same for the same request, and says whose bundle it is', () => {
    expect(idOf()).toBe(idOf());
    expect(idOf()).toMatch(/^rv-access\/redis-access\/Bundle\/[0-9a-f]{16}-[0-9a-f]{16}$/);
  });

  test.each([
    { InstanceRoleName: 'x' },
    { InstancePolicyName: 'x' },
    { UserName: 'x' },
    { UserPolicyName: 'x' },
    { ConsoleRoleName: 'x' },
    { SecretName: 'x' },
  ])('changes with %j', (raw) => {
    expect(idOf(raw)).not.toBe(idOf());
    expect(isSameResource(idOf(raw), idOf())).toBe(true);
  });

  test('changes when two names are exchanged', () => {
    const one = idOf({ InstanceRoleName: 'a', ConsoleRoleName: 'b' });
    expect(one).not.toBe(idOf({ InstanceRoleName: 'b', ConsoleRoleName: 'a' }));
  });

  test.each([
    { ConsoleAccess: 'None' },
    { AccessKeySerial: '2' },
    { PasswordSerial: '2' },
    { Tags: 'Team=Data' },
    { SecretRecoveryDays: '7' },
    { ReplicaRegions: 'us-east-1' },
    { ExistingEntities: 'Adopt' },
    { PolicyRevision: 'x' },
    { UserPolicyDocument: '{"Statement":[]}' },
  ])('stays with %j', (raw) => {
    expect(idOf(raw)).toBe(idOf());
  });

  test('is of one resource of one stack, whatever the names', () => {
    const twin = STACK.replace('0b7c1d40', '0b7c1d41');
    for (const other of [identity(twin), identity(STACK, 'Other')]) {
      expect(idOf({}, other)).not.toBe(idOf());
      expect(isSameResource(idOf({}, other), idOf())).toBe(false);
    }
    expect(isSameResource(undefined, idOf())).toBe(false);
    expect(isSameResource('redis-access-Bundle-1ABCDEFGHIJKL', idOf())).toBe(false);
  });

  test('is a tag value even for the longest names', () => {
    const longest = identity(STACK.replace('redis-access', 's'.repeat(128)), 'L'.repeat(255));
    expect(idOf({}, longest).length).toBeLessThanOrEqual(256);
    expect(idOf({}, longest)).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u);
    expect(isBundleId(idOf({}, longest))).toBe(true);
  });

  test('of two long logical ids with the same beginning differs', () => {
    const long = 'L'.repeat(100);
    expect(idOf({}, identity(STACK, `${long}1`))).not.toBe(idOf({}, identity(STACK, `${long}2`)));
  });

  test('tells the name of its stack; one that CloudFormation invented tells nothing', () => {
    expect(stackNameOf(idOf())).toBe('redis-access');
    expect(stackNameOf('redis-access-Bundle-1ABCDEFGHIJKL')).toBeUndefined();
    expect(isBundleId('redis-access-Bundle-1ABCDEFGHIJKL')).toBe(false);
    expect(isBundleId(undefined)).toBe(false);
    expect(isBundleId(`${idOf()}0`)).toBe(false);
  });
});

describe('the layout', () => {
  test('names everything, with its ARN', () => {
    const bundle = layout();
    const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`;
    expect([bundle.instancePolicy.arn, bundle.userPolicy.arn]).toEqual([
      arn('policy/RedisLabsInstanceRolePolicy'),
      arn('policy/RedislabsIAMUserRestrictedPolicy'),
    ]);
    expect(bundle.instanceRole).toMatchObject({
      arn: arn('role/redislabs-cluster-node-role'),
      policyArn: bundle.instancePolicy.arn,
      wanted: true,
    });
    expect(bundle.consoleRole).toMatchObject({
      arn: arn('role/redislabs-role'),
      policyArn: bundle.userPolicy.arn,
      wanted: true,
    });
    expect(bundle.instanceProfile).toEqual({
      name: 'redislabs-cluster-node-role',
      arn: arn('instance-profile/redislabs-cluster-node-role'),
    });
    expect(bundle.user).toEqual({
      name: 'redislabs-user',
      arn: arn('user/redislabs-user'),
      policyArn: bundle.userPolicy.arn,
      consolePassword: true,
    });
    expect([bundle.boundaryArn, bundle.adopt]).toEqual(['', false]);
  });

  test('lays the secret out as the Redis Cloud API wants it', () => {
    expect(layout({ AccessKeySerial: '3', PasswordSerial: '4' }).secret).toEqual({
      name: 'rv-access/redislabs-user',
      fixed: {
        name: 'redis-access',
        provider: 'AWS',
        signInLoginUrl: 'https://123456789012.signin.aws.amazon.com/console',
        iamRoleName: 'redislabs-role',
      },
      accessKeySerial: 3,
      passwordSerial: 4,
      kmsKeyArn: '',
      readerArns: [],
      replicaRegions: [],
    });
  });

  test('without a console role the secret does not name one, and the role is not wanted', () => {
    const bundle = layout({ ConsoleAccess: 'User' });
    expect(bundle.secret.fixed).not.toHaveProperty('iamRoleName');
    expect([bundle.consoleRole.wanted, bundle.user.consolePassword]).toEqual([false, true]);
  });

  test('without a console password the user has none', () => {
    expect(layout({ ConsoleAccess: 'Role' }).user.consolePassword).toBe(false);
  });

  test("tags everything as the provider's stack's and the bundle's, and as the user wants", () => {
    const bundle = layout({ Tags: 'Team=Data' });
    expect(bundle.tags).toEqual({
      Team: 'Data',
      UsedBy: 'RedisLabs',
      'rv-access:stack': PROVIDER,
      'rv-access:bundle': bundle.id,
    });
  });

  test('takes documents of the user instead of the built-in ones', () => {
    const bundle = layout({
      InstancePolicyDocument: '{"Statement":1}',
      UserPolicyDocument: '{"Statement":2}',
    });
    expect(bundle.instancePolicy.document).toBe('{"Statement":1}');
    expect(bundle.userPolicy.document).toBe('{"Statement":2}');
  });

  test('hands on boundary, adoption, key, readers and replicas', () => {
    const bundle = layout({
      PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
      ExistingEntities: 'Adopt',
      KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1',
      SecretReaderArns: 'arn:aws:iam::210987654321:root',
      ReplicaRegions: 'us-east-1',
    });
    expect(bundle).toMatchObject({
      boundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
      adopt: true,
      secret: {
        kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1',
        readerArns: ['arn:aws:iam::210987654321:root'],
        replicaRegions: ['us-east-1'],
      },
    });
  });
});

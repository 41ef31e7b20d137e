import { describe, expect, test } from 'vitest';
import { describeBundle } from '../../../src/bundle/bundle.ts';
import { bundleTag, physicalId } from '../../../src/bundle/bundle-id.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';

const STACK = parseStackId('arn:aws:cloudformation:eu-west-1:123456789012:stack/redis-access/0b7c1d40');
const PROVIDER = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/provider/aaaa';
const identity = { stack: STACK, logicalId: 'Bundle', providerStackId: PROVIDER };
const layout = (raw: Record<string, unknown> = {}) => describeBundle(identity, parseProperties(raw, STACK));
const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`;

describe('the layout of a bundle', () => {
  test('has the id and the tag that follow from the properties', () => {
    expect([layout().id, layout().tag]).toEqual([
      physicalId(identity, parseProperties({}, STACK)),
      bundleTag(identity),
    ]);
  });

  test('names every resource, with its ARN and what hangs on it', () => {
    const bundle = layout();
    const { tags } = bundle.user;
    expect([bundle.instancePolicy.arn, bundle.userPolicy.arn]).toEqual([
      arn('policy/RedisLabsInstanceRolePolicy'),
      arn('policy/RedislabsIAMUserRestrictedPolicy'),
    ]);
    expect(bundle.instanceRole).toMatchObject({
      arn: arn('role/redislabs-cluster-node-role'),
      policyArn: bundle.instancePolicy.arn,
      boundaryArn: '',
    });
    expect(bundle.consoleRole).toMatchObject({
      arn: arn('role/redislabs-role'),
      policyArn: bundle.userPolicy.arn,
    });
    expect(bundle.instanceProfile).toEqual({
      name: 'redislabs-cluster-node-role',
      arn: arn('instance-profile/redislabs-cluster-node-role'),
      roleName: 'redislabs-cluster-node-role',
      tags,
    });
    expect(bundle.user).toEqual({
      name: 'redislabs-user',
      arn: arn('user/redislabs-user'),
      policyArn: bundle.userPolicy.arn,
      boundaryArn: '',
      consolePassword: true,
      tags,
    });
    expect(bundle.properties.ExistingEntities).toBe('Fail');
  });

  test('lays the secret out as the Redis Cloud API wants it', () => {
    expect(layout({ AccessKeySerial: '3', PasswordSerial: '4' }).secret).toEqual({
      name: 'rv-access/redislabs-user',
      tags: layout().user.tags,
      fixed: {
        name: 'redis-access-123456789012',
        provider: 'AWS',
        signInLoginUrl: 'https://123456789012.signin.aws.amazon.com/console',
        iamRoleName: 'redislabs-role',
      },
      accessKeySerial: 3,
      passwordSerial: 4,
      kmsKeyArn: '',
      readerArns: [],
      replicaRegions: [],
      recoveryDays: 30,
      rotationDays: 0,
    });
  });

  test.each([
    ['UserAndRole', true, 'redislabs-role'],
    ['User', true, undefined],
    ['Role', false, 'redislabs-role'],
    ['None', false, undefined],
  ])('with console access %s: password %j, console role %s', (ConsoleAccess, password, role) => {
    const { user, consoleRole, secret } = layout({ ConsoleAccess });
    expect([user.consolePassword, consoleRole?.name, secret.fixed.iamRoleName]).toEqual([
      password,
      role,
      role,
    ]);
  });

  test("tags every resource as the provider's stack's and the bundle's, and as the user wants", () => {
    const bundle = layout({ Tags: 'Team=Data' });
    const { instancePolicy, userPolicy, instanceRole, instanceProfile, user, consoleRole, secret } = bundle;
    for (const each of [instancePolicy, userPolicy, instanceRole, instanceProfile, user, consoleRole, secret])
      expect(each?.tags).toEqual({
        Team: 'Data',
        UsedBy: 'RedisLabs',
        'rv-access:stack': PROVIDER,
        'rv-access:bundle': bundle.tag,
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

  test('hands on boundary, adoption, key, readers, replicas, recovery and rotation', () => {
    const boundaryArn = 'arn:aws:iam::aws:policy/PowerUserAccess';
    const bundle = layout({
      PermissionsBoundaryArn: boundaryArn,
      ExistingEntities: 'Adopt',
      KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1',
      SecretReaderArns: 'arn:aws:iam::210987654321:root',
      ReplicaRegions: 'us-east-1',
      SecretRecoveryDays: '7',
      RotationDays: '90',
    });
    expect(bundle).toMatchObject({
      properties: { ExistingEntities: 'Adopt' },
      user: { boundaryArn },
      instanceRole: { boundaryArn },
      consoleRole: { boundaryArn },
      secret: {
        kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1',
        readerArns: ['arn:aws:iam::210987654321:root'],
        replicaRegions: ['us-east-1'],
        recoveryDays: 7,
        rotationDays: 90,
      },
    });
  });
});

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Stack } from '../../local/cloudformation/stack.ts';
import { VERSION } from '../../src/version.ts';
import { type AccountState, BUNDLE } from './account.ts';
import type { Tags } from './iam-state.ts';

const SIGN_IN: Record<string, string> = {
  aws: 'signin.aws.amazon.com',
  'aws-us-gov': 'signin.amazonaws-us-gov.com',
  'aws-cn': 'signin.amazonaws.cn',
};
const CONSOLE: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

/** The state of an account that holds nothing. */
export const NOTHING: AccountState = {
  users: {},
  roles: {},
  instanceProfiles: {},
  policies: {},
  groups: {},
  virtualMfaDevices: [],
  secrets: {},
};

/** A document of `policies/` as it must be in IAM. */
export function documentOf(file: string, values: Record<string, string>): unknown {
  const text = readFileSync(new URL(`../../policies/${file}.json`, import.meta.url), 'utf8');
  return JSON.parse(
    Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`<<${name}>>`, value), text),
  );
}

export function placeOf({ id, parameters }: Readonly<Stack>) {
  const [, partition = '', , region = '', accountId = ''] = id.split(':');
  const p = (name: string) => parameters[name] ?? '';
  return {
    partition,
    region,
    accountId,
    p,
    secretName: p('SecretName') || `rv-access/${p('UserName')}`,
    signIn: `https://${accountId}.${SIGN_IN[partition]}/console`,
    hasRole: /Role/.test(p('ConsoleAccess')),
    hasPassword: /User/.test(p('ConsoleAccess')),
  };
}

/** The attributes that a stack's bundle must have answered: all of them, and no other. */
export function expectedData(stack: Readonly<Stack>): Record<string, unknown> {
  const { partition, region, accountId, p, secretName, signIn, hasRole } = placeOf(stack);
  const arn = (resource: string) => `arn:${partition}:iam::${accountId}:${resource}`;
  return {
    SecretArn: expect.stringMatching(
      new RegExp(`^arn:${partition}:secretsmanager:${region}:${accountId}:secret:${secretName}-\\w{6}$`),
    ),
    SecretName: secretName,
    SecretConsoleUrl: `https://${region}.${CONSOLE[partition]}/secretsmanager/secret?name=${encodeURIComponent(secretName)}&region=${region}`,
    AccessKeyId: expect.stringMatching(/^AKIA\w{16}$/),
    UserName: p('UserName'),
    UserArn: arn(`user/${p('UserName')}`),
    InstanceRoleName: p('InstanceRoleName'),
    InstanceRoleArn: arn(`role/${p('InstanceRoleName')}`),
    InstanceProfileArn: arn(`instance-profile/${p('InstanceRoleName')}`),
    InstancePolicyArn: arn(`policy/${p('InstancePolicyName')}`),
    UserPolicyArn: arn(`policy/${p('UserPolicyName')}`),
    ConsoleRoleName: hasRole ? p('ConsoleRoleName') : '',
    ConsoleRoleArn: hasRole ? arn(`role/${p('ConsoleRoleName')}`) : '',
    SignInLoginUrl: signIn,
    AccountId: accountId,
    Version: VERSION,
    PolicyEdition: expect.stringMatching(/^[0-9a-f]{16}$/),
    AccessKeyCreated: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    CloudAccountName: cloudAccountName(stack.name, accountId),
    CloudAccountId: '',
    PreflightFindings: expect.stringMatching(/^\d*$/),
    Warnings: '',
  };
}

/** What the bundle is called at Redis Cloud, unless a parameter says otherwise. */
const cloudAccountName = (stackName: string, accountId: string) => `${stackName.slice(0, 27)}-${accountId}`;

/** The value of the tag that names the resource: its physical id without what stands for the names. */
export const bundleTagOf = (physicalId: string) => physicalId.slice(0, -17);

/**
 * The whole account as a stack's parameters want it, if there is nothing else in it. The key is the one in the outputs;
 * policies have one version.
 */
export function expectedState(stack: Readonly<Stack>): AccountState {
  const { partition, accountId, p, secretName, signIn, hasRole, hasPassword } = placeOf(stack);
  const pairs = p('Tags').split(',').filter(Boolean);
  const tags: Tags = {
    UsedBy: 'RedisLabs',
    'rv-access:stack': stack.id,
    'rv-access:bundle': bundleTagOf(stack.resources.get(BUNDLE)?.physicalId ?? ''),
    ...Object.fromEntries(pairs.map((pair) => pair.split('='))),
  };
  const boundary = p('PermissionsBoundaryArn') || undefined;
  const accessKeyId = stack.outputs.AccessKeyId ?? '';
  const values = {
    Partition: partition,
    UrlSuffix: partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    NodeRole: p('InstanceRoleName'),
    RedisAccountId: p('RedisAccountId'),
  };
  const role = (trust: string, policy: string) => ({
    tags,
    boundary,
    trust: documentOf(trust, values),
    policies: [policy],
    inline: [],
  });
  const policy = (file: string) => ({ tags, versions: ['v1'], document: documentOf(file, values) });
  const readers = p('SecretReaderArns').split(',').filter(Boolean);
  return {
    users: {
      [p('UserName')]: {
        tags,
        boundary,
        policies: [p('UserPolicyName')],
        keys: { [accessKeyId]: 'Active' },
        password: hasPassword ? 'set' : 'none',
        extras: [],
      },
    },
    roles: {
      [p('InstanceRoleName')]: role('trust-ec2', p('InstancePolicyName')),
      ...(hasRole && { [p('ConsoleRoleName')]: role('trust-console', p('UserPolicyName')) }),
    },
    instanceProfiles: { [p('InstanceRoleName')]: { tags, roles: [p('InstanceRoleName')] } },
    policies: {
      [p('InstancePolicyName')]: policy('instance-role'),
      [p('UserPolicyName')]: policy('user-restricted'),
    },
    groups: {},
    virtualMfaDevices: [],
    secrets: {
      [secretName]: {
        tags,
        kmsKeyId: p('KmsKeyArn') || undefined,
        replicas: p('ReplicaRegions').split(',').filter(Boolean).sort(),
        policy: readers.length > 0 ? readerPolicy(readers) : undefined,
        scheduled: false,
        unfinished: false,
        current: {
          name: cloudAccountName(stack.name, accountId),
          provider: 'AWS',
          accessKeyId,
          accessSecretKey: expect.stringMatching(/^.{40}$/),
          ...(hasPassword && {
            consoleUsername: p('UserName'),
            consolePassword: expect.stringMatching(/^.{32,128}$/),
          }),
          signInLoginUrl: signIn,
          ...(hasRole && { iamRoleName: p('ConsoleRoleName') }),
          accessKeySerial: Number(p('AccessKeySerial')),
          passwordSerial: Number(p('PasswordSerial')),
        },
      },
    },
  };
}

const readerPolicy = (readers: string[]) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'RvAccessBundleReaders',
      Effect: 'Allow',
      Principal: { AWS: readers },
      Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      Resource: '*',
    },
  ],
});

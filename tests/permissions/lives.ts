import { document, hangExtras, setFirstVersion, strangers } from './hands.ts';
import type { Step } from './life.ts';

const key = (id: string) => `arn:aws:kms:us-east-1:123456789012:key/${id}`;
const boundary = 'arn:aws:iam::123456789012:policy/Boundary';
const otherBoundary = 'arn:aws:iam::123456789012:policy/OtherBoundary';
const furtherStack =
  'arn:aws:cloudformation:us-east-1:123456789012:stack/redis-two/66666666-7777-8888-9999-000000000000';

const renamed = {
  InstanceRoleName: 'redis-node-role',
  InstancePolicyName: 'RedisNodePolicy',
  UserName: 'redis-user',
  UserPolicyName: 'RedisUserPolicy',
  ConsoleRoleName: 'redis-console-role',
};
const off = { DeletionProtection: 'Off' };

const create: Step = { title: 'create', parameters: {}, request: 'Create' };

/** Whole lives of a stack, by what is special about them. */
export const lives: Record<string, Step[]> = {
  'updates of every kind': [
    create,
    { title: 'nothing changed', parameters: {}, request: 'Update' },
    { title: 'tags', parameters: { Tags: 'Team=Data,Cost=1' }, request: 'Update' },
    { title: 'other tags', parameters: { Tags: 'Team=Cache' }, request: 'Update' },
    { title: 'no console access', parameters: { ConsoleAccess: 'None' }, request: 'Update' },
    { title: 'console access again', parameters: {}, request: 'Update' },
    {
      title: "another account of Redis's",
      parameters: { RedisAccountId: '111122223333' },
      request: 'Update',
    },
    { title: 'first rotation', parameters: { AccessKeySerial: '2' }, request: 'Update' },
    { title: 'second rotation', parameters: { AccessKeySerial: '3' }, request: 'Update' },
    { title: 'rotation rolled back', parameters: { AccessKeySerial: '2' }, request: 'reverse Update' },
    { title: 'password', parameters: { AccessKeySerial: '2', PasswordSerial: '2' }, request: 'Update' },
    {
      title: 'key and readers of the secret',
      parameters: { KmsKeyArn: key('1'), SecretReaderArns: 'arn:aws:iam::210987654321:root' },
      request: 'Update',
    },
    { title: 'another key, no readers', parameters: { KmsKeyArn: key('2') }, request: 'Update' },
    { title: 'a replica', parameters: { ReplicaRegions: 'eu-west-1' }, request: 'Update' },
    { title: 'no replica', parameters: {}, request: 'Update' },
    { title: 'delete', parameters: off, request: 'Delete' },
    { title: 'create over the secret that was deleted', parameters: off, request: 'Create' },
    { title: 'delete at once', parameters: { ...off, SecretRecoveryDays: '0' }, request: 'Delete' },
  ],
  'rotation on schedule, and access that is suspended': [
    { title: 'create', parameters: { RotationDays: '30' }, request: 'Create' },
    { title: 'suspended', parameters: { RotationDays: '30', Access: 'Suspended' }, request: 'Update' },
    { title: 'active again', parameters: { RotationDays: '30' }, request: 'Update' },
    { title: 'another interval', parameters: { RotationDays: '60' }, request: 'Update' },
    { title: 'never', parameters: {}, request: 'Update' },
    { title: 'delete', parameters: off, request: 'Delete' },
  ],
  'a rename and its clean-up': [
    create,
    { title: 'rename', parameters: renamed, request: 'Update' },
    { title: 'clean-up of the old names', parameters: renamed, request: 'Delete of the bundle before' },
    { title: 'delete', parameters: renamed, request: 'Delete' },
  ],
  'a rename that is rolled back': [
    create,
    { title: 'rename of the user', parameters: { UserName: 'redis-user' }, request: 'Update' },
    { title: 'back to the old name', parameters: {}, request: 'reverse Update' },
    { title: 'clean-up of the new name', parameters: {}, request: 'Delete of the bundle before' },
    { title: 'delete', parameters: {}, request: 'Delete' },
  ],
  'a rename that fails': [
    create,
    {
      title: 'the new name is taken',
      parameters: { UserName: 'payments' },
      request: 'Update',
      byHand: (aws) => aws.addForeignUser('payments'),
      answer: 'FAILED',
    },
    { title: 'back to the old name', parameters: {}, request: 'reverse Update' },
    { title: 'delete', parameters: {}, request: 'Delete' },
  ],
  'an adoption': [
    { title: 'create', parameters: { ExistingEntities: 'Adopt' }, request: 'Create', byHand: strangers },
    { title: 'delete', parameters: { ExistingEntities: 'Adopt', ...off }, request: 'Delete' },
  ],
  'strangers in the way': [
    { title: 'create', parameters: {}, request: 'Create', byHand: strangers, answer: 'FAILED' },
    { title: 'delete', parameters: {}, request: 'Delete of an invented id' },
  ],
  'a deletion with all sorts of things hung on by hand': [
    create,
    { title: 'rotation', parameters: { AccessKeySerial: '2' }, request: 'Update' },
    { title: 'delete', parameters: off, request: 'Delete', byHand: hangExtras },
  ],
  'parts removed by hand': [
    create,
    {
      title: 'healing',
      parameters: { Tags: 'Team=healed' },
      request: 'Update',
      byHand: (aws) => {
        delete aws.users['redislabs-user'];
        delete aws.roles['redislabs-role'];
        delete aws.secrets['rv-access/redislabs-user'];
      },
    },
    { title: 'delete', parameters: {}, request: 'Delete' },
  ],
  'a key made by hand': [
    create,
    {
      title: 'tags',
      parameters: { Tags: 'Team=Data' },
      request: 'Update',
      byHand: (aws) => aws.addAccessKeyByHand('redislabs-user'),
    },
    { title: 'delete', parameters: off, request: 'Delete' },
  ],
  'a permissions boundary': [
    {
      title: 'create',
      parameters: { PermissionsBoundaryArn: boundary },
      request: 'Create',
      byHand: (aws) => {
        aws.addForeignPolicy('Boundary');
        aws.addForeignPolicy('OtherBoundary');
      },
    },
    { title: 'another one', parameters: { PermissionsBoundaryArn: otherBoundary }, request: 'Update' },
    { title: 'none', parameters: {}, request: 'Update' },
    { title: 'one again', parameters: { PermissionsBoundaryArn: boundary }, request: 'Update' },
    {
      title: 'rename',
      parameters: { PermissionsBoundaryArn: otherBoundary, ...renamed },
      request: 'Update',
    },
    {
      title: 'clean-up of the old names',
      parameters: { PermissionsBoundaryArn: otherBoundary, ...renamed },
      request: 'Delete of the bundle before',
    },
    { title: 'delete', parameters: { PermissionsBoundaryArn: otherBoundary, ...renamed }, request: 'Delete' },
  ],
  'a further bundle in another stack': [
    {
      title: 'create',
      parameters: { FurtherBundlesPrefix: 'redis-two-' },
      properties: furtherNames('redis-two-'),
      stackId: furtherStack,
      request: 'Create',
    },
    {
      title: 'rename',
      parameters: { FurtherBundlesPrefix: 'redis-two-' },
      properties: { ...furtherNames('redis-two-'), UserName: 'redis-two-b', SecretName: 'redis-two-secret' },
      stackId: furtherStack,
      request: 'Update',
    },
    ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => withPolicy(name, `policy ${name}`)),
    { ...withPolicy('h', 'a policy version changed by hand'), byHand: setFirstVersion },
    {
      title: 'clean-up',
      parameters: { FurtherBundlesPrefix: 'redis-two-' },
      stackId: furtherStack,
      request: 'Delete of the bundle before',
    },
    {
      title: 'delete',
      parameters: { FurtherBundlesPrefix: 'redis-two-' },
      properties: { ...furtherNames('redis-two-'), UserName: 'redis-two-b', SecretName: 'redis-two-secret' },
      stackId: furtherStack,
      request: 'Delete',
    },
  ],
};

function furtherNames(prefix: string): Record<string, string> {
  return Object.fromEntries(
    ['InstanceRoleName', 'InstancePolicyName', 'UserName', 'UserPolicyName', 'ConsoleRoleName'].map(
      (name) => [name, `${prefix}${name}`],
    ),
  );
}

/** The further bundle, renamed, with policies that allow one action each. */
function withPolicy(name: string, title: string): Step {
  return {
    title,
    parameters: { FurtherBundlesPrefix: 'redis-two-' },
    properties: {
      ...furtherNames('redis-two-'),
      UserName: 'redis-two-b',
      SecretName: 'redis-two-secret',
      UserPolicyDocument: document(`s3:${name}`),
      InstancePolicyDocument: document(`s3:${name}`),
    },
    stackId: furtherStack,
    request: 'Update',
  };
}

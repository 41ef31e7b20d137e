/** What Redis can and cannot do with the access key or the console role: each a request that the user policy is asked about. */
export interface Ability {
  /** Completes "Redis can …" or "Redis cannot …". */
  text: string;
  action: string;
  /** In the account 123456789012; `*` where the action has no resource. */
  resource: string;
  context?: Record<string, string>;
  allowed: boolean;
  /** Whether it is still so under `policies/boundary.json`, where that makes a difference. */
  withBoundary?: boolean;
}

const account = '123456789012';
const instance = `arn:aws:ec2:us-east-1:${account}:instance/i-0123456789abcdef0`;
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;
const redisTag = {
  'aws:ResourceTag/RedisLabsIdentifier': 'Redislabs-VPC',
  'ec2:ResourceTag/RedisLabsIdentifier': 'Redislabs-VPC',
};

export const abilities: Ability[] = [
  {
    text: 'terminate an instance that carries the tag of Redis',
    action: 'ec2:TerminateInstances',
    resource: instance,
    context: redisTag,
    allowed: true,
  },
  {
    text: 'put that tag on any instance, volume or network of the account, which makes the line above hold for it',
    action: 'ec2:CreateTags',
    resource: instance,
    context: {
      'aws:TagKeys': 'RedisLabsIdentifier',
      'aws:RequestTag/RedisLabsIdentifier': 'Redislabs-VPC',
    },
    withBoundary: false,
    allowed: true,
  },
  {
    text: 'stop an instance that carries that tag, change its start-up script and start it again, and so run what it likes there, with the role of that instance',
    action: 'ec2:ModifyInstanceAttribute',
    resource: instance,
    context: redisTag,
    allowed: true,
  },
  {
    text: 'make a snapshot of any volume of the account',
    action: 'ec2:CreateSnapshot',
    withBoundary: false,
    resource: `arn:aws:ec2:us-east-1:${account}:volume/vol-0123456789abcdef0`,
    allowed: true,
  },
  {
    text: 'change a route in any route table of the account',
    action: 'ec2:ReplaceRoute',
    resource: `arn:aws:ec2:us-east-1:${account}:route-table/rtb-0123456789abcdef0`,
    allowed: true,
  },
  {
    text: 'accept a peering with any VPC of the account',
    action: 'ec2:AcceptVpcPeeringConnection',
    resource: `arn:aws:ec2:us-east-1:${account}:vpc/vpc-0123456789abcdef0`,
    allowed: true,
  },
  {
    text: 'see the names of all users and policies of the account',
    action: 'iam:ListUsers',
    resource: '*',
    allowed: true,
  },
  {
    text: 'terminate an instance without that tag, as long as it has not put the tag on it',
    action: 'ec2:TerminateInstances',
    resource: instance,
    allowed: false,
  },
  {
    text: 'start an instance without that tag',
    action: 'ec2:RunInstances',
    resource: instance,
    allowed: false,
  },
  { text: 'create users', action: 'iam:CreateUser', resource: user('another'), allowed: false },
  {
    text: 'make access keys, not even for itself',
    action: 'iam:CreateAccessKey',
    resource: user('redislabs-user'),
    allowed: false,
  },
  { text: 'create roles', action: 'iam:CreateRole', resource: role('another'), allowed: false },
  {
    text: 'give a role more permissions, its own included',
    action: 'iam:AttachRolePolicy',
    resource: role('redislabs-role'),
    allowed: false,
  },
  {
    text: 'change what its policy says',
    action: 'iam:CreatePolicyVersion',
    resource: `arn:aws:iam::${account}:policy/RedislabsIAMUserRestrictedPolicy`,
    allowed: false,
  },
  {
    text: 'start an instance with another role than the instance role',
    action: 'iam:PassRole',
    resource: role('admin'),
    context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    allowed: false,
  },
  { text: 'take on another role', action: 'sts:AssumeRole', resource: role('admin'), allowed: false },
  {
    text: 'read secrets, its own included',
    action: 'secretsmanager:GetSecretValue',
    resource: `arn:aws:secretsmanager:us-east-1:${account}:secret:rv-access/redislabs-user-AbCdEf`,
    allowed: false,
  },
  { text: 'read from S3', action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key', allowed: false },
  {
    text: 'call the function behind the bundle',
    action: 'lambda:InvokeFunction',
    resource: `arn:aws:lambda:us-east-1:${account}:function:rv-access-bundle-BundleFunction-EXAMPLE`,
    allowed: false,
  },
  {
    text: 'change what that function does',
    action: 'lambda:UpdateFunctionCode',
    resource: `arn:aws:lambda:us-east-1:${account}:function:rv-access-bundle-BundleFunction-EXAMPLE`,
    allowed: false,
  },
];

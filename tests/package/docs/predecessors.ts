import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** How access was given before: what each way leaves in the account. */
export interface Predecessor {
  tags: { Key: string; Value: string }[];
  /** Whether the user can sign in to the AWS console. */
  password: boolean;
  /** Names of the secrets that it made. */
  secrets: string[];
}

export const predecessors: Record<string, Predecessor> = {
  'the steps in the AWS console': { tags: [], password: false, secrets: [] },
  "Redis's CloudFormation template": {
    tags: [{ Key: 'UsedBy', Value: 'RedisLabs' }],
    password: true,
    secrets: ['/redislabsuser/password', '/redislabsuser/secret_access_key'],
  },
  'the Terraform module': { tags: [{ Key: 'UsedBy', Value: 'RedisLabs' }], password: true, secrets: [] },
};

const account = '123456789012';
const policyArn = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
const trust = (principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });
const wide = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Old', Effect: 'Allow', Action: 'ec2:*', Resource: '*' }],
});

/** Makes the entities as a predecessor does, and gives back the key that Redis Cloud works with. */
export async function makeAsBefore(
  { iam, secrets }: { iam: IAMClient; secrets: SecretsManagerClient },
  { tags: Tags, password, secrets: secretNames }: Predecessor,
): Promise<{ accessKeyId: string; accessSecretKey: string }> {
  const InstanceProfileName = 'redislabs-cluster-node-role';
  const UserName = 'redislabs-user';
  for (const PolicyName of ['RedisLabsInstanceRolePolicy', 'RedislabsIAMUserRestrictedPolicy'])
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: wide }));
  const makeRole = async (RoleName: string, principal: object, policy: string) => {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(principal), Tags }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: policyArn(policy) }));
  };
  await makeRole(InstanceProfileName, { Service: 'ec2.amazonaws.com' }, 'RedisLabsInstanceRolePolicy');
  await makeRole(
    'redislabs-role',
    { AWS: 'arn:aws:iam::168085023892:root' },
    'RedislabsIAMUserRestrictedPolicy',
  );
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: InstanceProfileName }));
  await iam.send(new CreateUserCommand({ UserName, Tags }));
  await iam.send(
    new AttachUserPolicyCommand({ UserName, PolicyArn: policyArn('RedislabsIAMUserRestrictedPolicy') }),
  );
  if (password) await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Made-by-hand-1' }));
  for (const Name of secretNames)
    await secrets.send(new CreateSecretCommand({ Name, SecretString: 'made before' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', accessSecretKey: AccessKey?.SecretAccessKey ?? '' };
}

import type { BundleProperties } from './properties.ts';
import { REDIS_ACCOUNT_ID } from './property-schema.ts';
import type { Stack } from './stack.ts';

/** Whether the user gets a console password. */
export function wantsConsolePassword({ ConsoleAccess }: BundleProperties): boolean {
  return ConsoleAccess === 'User' || ConsoleAccess === 'UserAndRole';
}

/** Whether there is a role for the console. */
export function wantsConsoleRole({ ConsoleAccess }: BundleProperties): boolean {
  return ConsoleAccess === 'Role' || ConsoleAccess === 'UserAndRole';
}

/** The rules that tie properties to one another and to where the stack is. */
export function brokenRules(properties: BundleProperties, stack: Stack): string[] {
  const { KmsKeyArn, PermissionsBoundaryArn, SecretName } = properties;
  const broken: string[] = [];
  const collide = (
    one: 'InstanceRoleName' | 'InstancePolicyName',
    other: 'ConsoleRoleName' | 'UserPolicyName',
  ) => {
    if (properties[one].toLowerCase() === properties[other].toLowerCase())
      broken.push(`${one} and ${other} are both ${shown(properties[one])}: give them different names.`);
  };
  collide('InstanceRoleName', 'ConsoleRoleName');
  collide('InstancePolicyName', 'UserPolicyName');
  if (properties.RedisCloudApiSecretArn && !wantsConsolePassword(properties))
    broken.push(
      'RedisCloudApiSecretArn needs a console password, which the API of Redis Cloud asks for: ' +
        'set ConsoleAccess to UserAndRole or User.',
    );
  if (SecretName.includes(','))
    broken.push(
      `UserName ${shown(properties.UserName)} has a comma, which a secret's name may not have: set SecretName.`,
    );
  if (properties.SecretReaderArns.length > 0 && !KmsKeyArn)
    broken.push(
      'SecretReaderArns needs KmsKeyArn: a secret under the AWS managed key cannot be read from other accounts. ' +
        'Set KmsKeyArn to a key whose policy lets these readers decrypt.',
    );
  const [, keyPartition, , keyRegion] = KmsKeyArn.split(':');
  if (KmsKeyArn && (keyPartition !== stack.partition || keyRegion !== stack.region))
    broken.push(`KmsKeyArn ${shown(KmsKeyArn)} must be a key in the stack's Region ${stack.region}.`);
  const [, boundaryPartition, , , boundaryAccount = ''] = PermissionsBoundaryArn.split(':');
  if (
    PermissionsBoundaryArn &&
    (boundaryPartition !== stack.partition || !['aws', stack.accountId].includes(boundaryAccount))
  )
    broken.push(
      `PermissionsBoundaryArn ${shown(PermissionsBoundaryArn)} must be a policy of this account or of AWS.`,
    );
  if (properties.ReplicaRegions.includes(stack.region))
    broken.push(`ReplicaRegions ${shown(stack.region)} is the stack's own Region: name other Regions only.`);
  if (
    wantsConsoleRole(properties) &&
    stack.partition !== 'aws' &&
    properties.RedisAccountId === REDIS_ACCOUNT_ID
  )
    broken.push(
      `RedisAccountId ${shown(REDIS_ACCOUNT_ID)} is an account of the partition aws and cannot assume a role in ${stack.partition}. ` +
        "Set RedisAccountId to Redis's account there, or ConsoleAccess to User or None.",
    );
  return broken;
}

/** A value as it stands in a message, cut to what can be read. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 100 ? `${json.slice(0, 100)}…` : json;
}

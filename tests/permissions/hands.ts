import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';

export const document = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});
/** Foreign entities of all the names of a bundle. */
export function strangers(aws: MemoryAws): void {
  aws.addForeignUser('redislabs-user', { Owner: 'by hand' });
  aws.addForeignRole('redislabs-role');
  aws.addForeignRole('redislabs-cluster-node-role');
  aws.addForeignInstanceProfile('redislabs-cluster-node-role', ['redislabs-cluster-node-role']);
  aws.addForeignPolicy('RedisLabsInstanceRolePolicy');
  aws.addForeignPolicy('RedislabsIAMUserRestrictedPolicy');
  aws.addForeignSecret('rv-access/redislabs-user');
}

/** Policies, groups, devices and the like on the user and the roles. */
export function hangExtras(aws: MemoryAws): void {
  aws.hangEverythingOn('redislabs-user');
  const role = aws.roles['redislabs-cluster-node-role'];
  role?.attached.push('arn:aws:iam::aws:policy/ReadOnlyAccess');
  Object.assign(role?.inline ?? {}, { 'by-hand': JSON.stringify(document('s3:ListAllMyBuckets')) });
  aws.addForeignInstanceProfile('by-hand', ['redislabs-cluster-node-role']);
}

/** Somebody goes back to the first version of a policy. */
export function setFirstVersion(aws: MemoryAws): void {
  for (const policy of Object.values(aws.policies)) policy.defaultVersionId = policy.versions[0]?.id ?? 'v1';
}

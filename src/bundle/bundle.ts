import { createHash } from 'node:crypto';
import { builtInDocuments } from './policy-documents.ts';
import { type BundleProperties, wantsConsolePassword, wantsConsoleRole } from './properties.ts';
import { type Stack, signInUrl } from './stack.ts';
import { BUNDLE_TAG, STACK_TAG, type Tags, USED_BY_TAG } from './tags.ts';

export interface DesiredPolicy {
  name: string;
  arn: string;
  /** JSON text. */
  document: string;
}

export interface DesiredRole {
  name: string;
  arn: string;
  /** JSON text: who may assume it. */
  trust: string;
  policyArn: string;
  /** False: a role of that name must not be there, if it is ours. */
  wanted: boolean;
}

export interface DesiredUser {
  name: string;
  arn: string;
  policyArn: string;
  consolePassword: boolean;
}

export interface DesiredSecret {
  name: string;
  /** The fields of the secret that no credential decides. */
  fixed: { name: string; provider: string; signInLoginUrl: string; iamRoleName?: string };
  accessKeySerial: number;
  passwordSerial: number;
  /** Empty: the AWS managed key. */
  kmsKeyArn: string;
  readerArns: string[];
  replicaRegions: string[];
}

/** A whole bundle as it should be. Every ARN is known beforehand: partition, account and names are given. */
export interface Bundle {
  /** The physical id of the custom resource, and the value of the tag `rv-access:bundle`. */
  id: string;
  stack: Stack;
  /** The tags of every entity. */
  tags: Tags;
  /** Empty: none. */
  boundaryArn: string;
  adopt: boolean;
  instancePolicy: DesiredPolicy;
  userPolicy: DesiredPolicy;
  instanceRole: DesiredRole;
  consoleRole: DesiredRole;
  instanceProfile: { name: string; arn: string };
  user: DesiredUser;
  secret: DesiredSecret;
}

/** Which bundle this is, apart from its names: a resource of a stack. */
export interface Identity {
  stack: Stack;
  logicalId: string;
  /** The stack of the function, which may be another than the bundle's. */
  providerStackId: string;
}

const hash = (...parts: string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

/**
 * The physical id: a pure function of the stack, the logical id and the names of all entities (the console role counts
 * even if `ConsoleAccess` leaves it out). The same request yields the same id, another name another one, which makes
 * CloudFormation replace the bundle. It is a valid tag value, at most 256 characters.
 */
export function bundleId({ stack, logicalId }: Identity, properties: BundleProperties): string {
  const { InstanceRoleName, InstancePolicyName, UserName, UserPolicyName, ConsoleRoleName, SecretName } =
    properties;
  const names = hash(
    InstanceRoleName,
    InstancePolicyName,
    UserName,
    UserPolicyName,
    ConsoleRoleName,
    SecretName,
  );
  return `${idPrefix(stack, logicalId)}${names}`;
}

function idPrefix(stack: Stack, logicalId: string): string {
  return `rv-access/${stack.name}/${logicalId.slice(0, 64)}/${hash(stack.id, logicalId)}-`;
}

/** Whether an id is one that `bundleId` gave, and not one that CloudFormation invented. */
export function isBundleId(id: string | undefined): id is string {
  return /^rv-access\/[^/]+\/[^/]+\/[0-9a-f]{16}-[0-9a-f]{16}$/.test(id ?? '');
}

/** Whether the owner of an entity is the same resource of the same stack, under whatever names. */
export function isSameResource(owner: string | undefined, id: string): boolean {
  return isBundleId(owner) && owner.slice(0, -16) === id.slice(0, -16);
}

/** The name of the stack that a bundle's tag tells of, also while the bundle adopts the entity. */
export function stackNameOf(owner: string): string | undefined {
  return owner.startsWith('rv-access/') ? owner.split('/')[1] : undefined;
}

/** The tags that say whose an entity is. */
export function ownershipTags({ providerStackId }: Identity, id: string): Tags {
  return { [USED_BY_TAG]: 'RedisLabs', [STACK_TAG]: providerStackId, [BUNDLE_TAG]: id };
}

/** Lays out the bundle that the properties ask for. */
export function describeBundle(identity: Identity, properties: BundleProperties): Bundle {
  const { stack } = identity;
  const arn = (resource: string) => `arn:${stack.partition}:iam::${stack.accountId}:${resource}`;
  const id = bundleId(identity, properties);
  const documents = builtInDocuments(stack, properties.InstanceRoleName, properties.RedisAccountId);
  const policy = (name: string, document: string) => ({ name, arn: arn(`policy/${name}`), document });
  const role = (name: string, trust: string, policyArn: string, wanted = true) => ({
    name,
    arn: arn(`role/${name}`),
    trust,
    policyArn,
    wanted,
  });
  const instancePolicy = policy(
    properties.InstancePolicyName,
    properties.InstancePolicyDocument ?? documents.instanceRole,
  );
  const userPolicy = policy(
    properties.UserPolicyName,
    properties.UserPolicyDocument ?? documents.userRestricted,
  );
  const consoleRole = wantsConsoleRole(properties);
  return {
    id,
    stack,
    tags: { ...properties.Tags, ...ownershipTags(identity, id) },
    boundaryArn: properties.PermissionsBoundaryArn,
    adopt: properties.ExistingEntities === 'Adopt',
    instancePolicy,
    userPolicy,
    instanceRole: role(properties.InstanceRoleName, documents.trustEc2, instancePolicy.arn),
    consoleRole: role(properties.ConsoleRoleName, documents.trustConsole, userPolicy.arn, consoleRole),
    instanceProfile: {
      name: properties.InstanceRoleName,
      arn: arn(`instance-profile/${properties.InstanceRoleName}`),
    },
    user: {
      name: properties.UserName,
      arn: arn(`user/${properties.UserName}`),
      policyArn: userPolicy.arn,
      consolePassword: wantsConsolePassword(properties),
    },
    secret: {
      name: properties.SecretName,
      fixed: {
        name: stack.name,
        provider: 'AWS',
        signInLoginUrl: signInUrl(stack),
        ...(consoleRole && { iamRoleName: properties.ConsoleRoleName }),
      },
      accessKeySerial: properties.AccessKeySerial,
      passwordSerial: properties.PasswordSerial,
      kmsKeyArn: properties.KmsKeyArn,
      readerArns: properties.SecretReaderArns,
      replicaRegions: properties.ReplicaRegions,
    },
  };
}

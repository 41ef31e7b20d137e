import { bundleTag, type Identity, physicalId } from './bundle-id.ts';
import { builtInDocuments } from './policy-documents.ts';
import { type BundleProperties, parsePropertiesLeniently } from './properties.ts';
import { wantsConsolePassword, wantsConsoleRole } from './property-rules.ts';
import { iamArn, type Stack, signInUrl } from './stack.ts';
import { BUNDLE_TAG, STACK_TAG, type Tags, USED_BY_TAG } from './tags.ts';

/** What every resource of IAM that a bundle owns has. */
interface Desired {
  name: string;
  arn: string;
  tags: Tags;
}

export interface DesiredPolicy extends Desired {
  /** JSON text. */
  document: string;
}

/** A user or role. */
export interface DesiredHolder extends Desired {
  policyArn: string;
  /** ARN; empty: none. */
  boundaryArn: string;
}

export interface DesiredRole extends DesiredHolder {
  /** JSON text: who may assume it. */
  trust: string;
}

export interface DesiredInstanceProfile extends Desired {
  roleName: string;
}

export interface DesiredUser extends DesiredHolder {
  consolePassword: boolean;
}

export interface DesiredSecret {
  name: string;
  tags: Tags;
  /** The fields of the secret that no credential decides. */
  fixed: { name: string; provider: string; signInLoginUrl: string; iamRoleName?: string };
  accessKeySerial: number;
  passwordSerial: number;
  /** Empty: the AWS managed key. */
  kmsKeyArn: string;
  readerArns: string[];
  replicaRegions: string[];
  /** 7 to 30 days in which it can be restored after its deletion, or 0. */
  recoveryDays: number;
  /** Days after which Secrets Manager rotates the access key; 0: never. */
  rotationDays: number;
}

/** A whole bundle as it should be. Every ARN is known beforehand: partition, account and names are given. */
export interface Bundle extends Identity {
  properties: BundleProperties;
  /** The physical id of the custom resource: this generation. */
  id: string;
  /** The value of the tag `rv-access:bundle`: the resource, whatever its names. */
  tag: string;
  instancePolicy: DesiredPolicy;
  userPolicy: DesiredPolicy;
  instanceRole: DesiredRole;
  instanceProfile: DesiredInstanceProfile;
  user: DesiredUser;
  /** Undefined: there shall be none. */
  consoleRole: DesiredRole | undefined;
  secret: DesiredSecret;
}

/** Lays out the bundle that the properties ask for: pure data, no call. */
export function describeBundle(identity: Identity, properties: BundleProperties): Bundle {
  const { stack } = identity;
  const tag = bundleTag(identity);
  const tags: Tags = {
    ...properties.Tags,
    [USED_BY_TAG]: 'RedisLabs',
    [STACK_TAG]: identity.providerStackId,
    [BUNDLE_TAG]: tag,
  };
  const named = (type: string, name: string) => ({
    name,
    arn: iamArn(stack, type, name),
    tags,
  });
  const { InstanceRoleName, ConsoleRoleName, PermissionsBoundaryArn: boundaryArn } = properties;
  const documents = builtInDocuments(stack, InstanceRoleName, properties.RedisAccountId);
  const instancePolicy = {
    ...named('policy', properties.InstancePolicyName),
    document: properties.InstancePolicyDocument ?? documents.instanceRole,
  };
  const userPolicy = {
    ...named('policy', properties.UserPolicyName),
    document: properties.UserPolicyDocument ?? documents.userRestricted,
  };
  const role = (name: string, trust: string, policyArn: string) => ({
    ...named('role', name),
    trust,
    policyArn,
    boundaryArn,
  });
  return {
    ...identity,
    properties,
    id: physicalId(identity, properties),
    tag,
    instancePolicy,
    userPolicy,
    instanceRole: role(InstanceRoleName, documents.trustEc2, instancePolicy.arn),
    instanceProfile: { ...named('instance-profile', InstanceRoleName), roleName: InstanceRoleName },
    user: {
      ...named('user', properties.UserName),
      policyArn: userPolicy.arn,
      boundaryArn,
      consolePassword: wantsConsolePassword(properties),
    },
    consoleRole: wantsConsoleRole(properties)
      ? role(ConsoleRoleName, documents.trustConsole, userPolicy.arn)
      : undefined,
    secret: secretOf(stack, properties, tags),
  };
}

function secretOf(stack: Stack, properties: BundleProperties, tags: Tags): DesiredSecret {
  return {
    name: properties.SecretName,
    tags,
    fixed: {
      name: properties.CloudAccountName,
      provider: 'AWS',
      signInLoginUrl: signInUrl(stack),
      ...(wantsConsoleRole(properties) && { iamRoleName: properties.ConsoleRoleName }),
    },
    accessKeySerial: properties.AccessKeySerial,
    passwordSerial: properties.PasswordSerial,
    kmsKeyArn: properties.KmsKeyArn,
    readerArns: properties.SecretReaderArns,
    replicaRegions: properties.ReplicaRegions,
    recoveryDays: properties.SecretRecoveryDays,
    rotationDays: properties.RotationDays,
  };
}

/** The bundle that properties of an earlier request asked for, or those of a Delete: what does not fit counts as absent. */
export const bundleOf = (identity: Identity, raw: Record<string, unknown> | undefined): Bundle =>
  describeBundle(identity, parsePropertiesLeniently(raw, identity.stack));

import { copy } from './copy.ts';
import type { Group, InstanceProfile, PasswordPolicy, Policy, Role, User } from './iam-state.ts';
import type { Secret } from './secrets-state.ts';

/** How long, in milliseconds, AWS takes until something that was answered is true everywhere. All 0 at first. */
export type Lag = {
  /** A new user, role, policy, profile or key is not seen by reads. */
  reads: number;
  /** A new secret is not seen by reads. */
  secretReads: number;
  /** A new user, role or policy is unknown to the calls that refer to it (attach, trust, add to a profile). */
  references: number;
  /** A new access key is refused by STS. */
  keyActivation: number;
  /** A new login profile can be neither changed nor deleted, nor its user. */
  loginProfile: number;
  /** The ARN of a new role or instance profile reads as its unique id. */
  uniqueIdForArn: number;
  /** The name of something deleted is not free yet. */
  deletes: number;
};

export type Quotas = {
  accessKeysPerUser: number;
  versionsPerPolicy: number;
  attachedPolicies: number;
  rolesPerInstanceProfile: number;
  users: number;
  roles: number;
  policies: number;
  instanceProfiles: number;
};

/** All that an AWS account holds here: plain data that a test may read and change at will. */
export type World = {
  partition: string;
  accountId: string;
  region: string;
  users: Record<string, User>;
  roles: Record<string, Role>;
  groups: Record<string, Group>;
  /** By ARN. */
  policies: Record<string, Policy>;
  instanceProfiles: Record<string, InstanceProfile>;
  /** Serial number → the user it is assigned to. */
  virtualMfaDevices: Record<string, string | undefined>;
  passwordPolicy?: PasswordPolicy;
  secrets: Record<string, Secret>;
  /** Customer managed KMS keys; what is not in here is enabled. */
  kmsKeys: Record<string, 'enabled' | 'disabled' | 'denied'>;
  /** Account ids that IAM and Secrets Manager do not accept as principals. */
  unknownAccounts: string[];
  quotas: Quotas;
  lag: Lag;
  /** The most entries that a page of a list has. */
  pageSize: number;
  /** Every secret access key and password that ever existed here: what must be found nowhere else. */
  minted: string[];
  /** Names of deleted entities → when they are free again. */
  freedAt: Record<string, number>;
  /** Grows with every identifier made, so that runs are repeatable. */
  serial: number;
};

export type Place = { partition?: string; accountId?: string; region?: string };

/** An empty account. */
export function newWorld(place: Place = {}): World {
  return {
    partition: place.partition ?? 'aws',
    accountId: place.accountId ?? '123456789012',
    region: place.region ?? 'us-east-1',
    users: {},
    roles: {},
    groups: {},
    policies: {},
    instanceProfiles: {},
    virtualMfaDevices: {},
    secrets: {},
    kmsKeys: {},
    unknownAccounts: [],
    quotas: {
      accessKeysPerUser: 2,
      versionsPerPolicy: 5,
      attachedPolicies: 10,
      rolesPerInstanceProfile: 1,
      users: 5000,
      roles: 1000,
      policies: 1500,
      instanceProfiles: 1000,
    },
    lag: {
      reads: 0,
      secretReads: 0,
      references: 0,
      keyActivation: 0,
      loginProfile: 0,
      uniqueIdForArn: 0,
      deletes: 0,
    },
    pageSize: 100,
    minted: [],
    freedAt: {},
    serial: 0,
  };
}

/** A deep copy of the world and nothing else: what is built around a world is left out. */
export function copyWorld(world: World): World {
  const keys = [...Object.keys(newWorld()), 'passwordPolicy'] as (keyof World)[];
  return copy(
    Object.fromEntries(keys.filter((key) => key in world).map((key) => [key, world[key]])),
  ) as World;
}

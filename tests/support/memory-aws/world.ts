import { copy } from './copy.ts';
import type { Group, InstanceProfile, PasswordPolicy, Policy, Role, User } from './iam-state.ts';
import type { Past } from './past.ts';
import type { Secret } from './secrets-state.ts';
import type { StaleReads } from './stale-reads.ts';

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
  /** After that, STS knows the key at one call and not at the next. */
  keyFlapping: number;
  /** A new login profile can be neither changed nor deleted, nor its user. */
  loginProfile: number;
  /** The ARN of a new role or instance profile reads as its unique id. */
  uniqueIdForArn: number;
  /** The name of something deleted is not free yet. */
  deletes: number;
  /** A replica of a secret is in progress, and so is its removal. */
  replication: number;
  /** The first secret under the AWS managed key is made at once and answered only then: the key has to be made. */
  managedKey: number;
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

/** One item of a DynamoDB table, as the SDK gives it. */
export type Item = Record<string, { S?: string; N?: string }>;

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
  kmsKeys: Record<string, 'enabled' | 'disabled' | 'pendingDeletion' | 'denied'>;
  /** The account has used the AWS managed key of Secrets Manager before. */
  managedKeyMade: boolean;
  /** Regions whose replicas fail, with the status message. */
  failingReplicas: Record<string, string>;
  /** `CreateSecret` with replicas is denied, though each of the two alone is not. */
  deniesReplicasAtCreate: boolean;
  /** DynamoDB's items, by table and key. */
  ledger: Record<string, Record<string, Item>>;
  /** How late reads are; absent: not at all, `lag` aside. */
  staleReads?: StaleReads;
  /** What late reads may show. */
  past: Past[];
  /** What the next draw depends on. */
  luck: number;
  /** Account ids, for Secrets Manager also whole ARNs, that are not accepted as principals. */
  unknownAccounts: string[];
  /** Whoever calls may do everything; else the function calls, whose role goes by tags. */
  mayAll: boolean;
  /** Actions that IAM does not simulate together with others. */
  simulatedApart: string[];
  /** JSON texts of the organisation's policies besides the one that allows everything; none: no organisation. */
  serviceControlPolicies: string[];
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

/** The table that the function is told of. */
export const ledgerTable = (): string => process.env.LEDGER_TABLE || 'ledger';

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
    managedKeyMade: false,
    failingReplicas: {},
    deniesReplicasAtCreate: false,
    ledger: { [ledgerTable()]: {} },
    past: [],
    luck: 0,
    unknownAccounts: [],
    mayAll: false,
    simulatedApart: [],
    serviceControlPolicies: [],
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
      keyFlapping: 0,
      loginProfile: 0,
      uniqueIdForArn: 0,
      deletes: 0,
      replication: 0,
      managedKey: 0,
    },
    pageSize: 100,
    minted: [],
    freedAt: {},
    serial: 0,
  };
}

/** What a world need not have. */
export const OPTIONAL = ['passwordPolicy', 'staleReads'] as const;

/** A deep copy of the world and nothing else: what is built around a world is left out. */
export function copyWorld(world: World): World {
  const keys = [...Object.keys(newWorld()), ...OPTIONAL].filter((key) => key !== 'past') as (keyof World)[];
  const copied = copy(
    Object.fromEntries(keys.filter((key) => key in world).map((key) => [key, world[key]])),
  ) as Omit<World, 'past'>;
  // The past is never changed, only added to.
  return { ...copied, past: [...world.past] };
}

import { harshestDay } from '../support/harsh-days.ts';
import type { Properties } from '../support/memory-aws/events.ts';
import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';
import { sampleOf } from '../support/sample.ts';
import { PAIRS_OF_CHANGES } from './changes.ts';
import type { ByHand } from './health.ts';
import { create, type Request, remove, type Stack, update } from './stack.ts';
import type { Beside } from './story.ts';

/** A request, given what CloudFormation knows, and the ids that it has known so far. */
export type Ask = (stack: Stack, ids: string[]) => Request;

/** An operation to sweep: what was there before, and the request that meets the faults. */
export type Scenario = {
  name: string;
  /** Requests that bring the stack to where the operation starts; all go well. */
  before: Ask[];
  /** How AWS behaves, if not at its best. */
  world?: (aws: MemoryAws) => Beside | undefined;
  /** What people do in the account then. */
  byHand?: (aws: MemoryAws, byHand: ByHand) => void;
  request: Ask;
  /** It is a roll-back itself, or what was there before cannot be had back: nothing takes it back. */
  oneWay?: boolean;
  /** The key that the rotation before replaced goes, and does not come back. */
  losesOtherKey?: boolean;
  /** One of many alike: of so many faults that others meet it meets one. */
  share?: number;
};

const DOCUMENT = (action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  });

const A: Properties = { Tags: 'Team=data,Cost=1' };
const IN_PLACE: Properties = {
  Tags: 'Team=cache',
  UserPolicyDocument: DOCUMENT('ec2:Describe*'),
  InstancePolicyDocument: DOCUMENT('ec2:DescribeTags'),
  ReplicaRegions: 'eu-west-1',
  PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
};
const RENAMED: Properties = {
  ...A,
  UserName: 'redis-user-2',
  UserPolicyName: 'RedisUserPolicy2',
  InstanceRoleName: 'redis-node-role-2',
  InstancePolicyName: 'RedisNodePolicy2',
  ConsoleRoleName: 'redis-role-2',
};
const PARTLY_RENAMED: Properties = { ...A, UserName: 'redis-user-2', SecretName: 'rv-access/redislabs-user' };

const created = () => create(A);
const to =
  (properties: Properties): Ask =>
  (stack) =>
    update(stack, properties);

/** Foreign entities of the bundle's names, for an adoption. */
function strangers(aws: MemoryAws): void {
  aws.addForeignUser('redislabs-user', { Owner: 'by hand' });
  aws.addForeignRole('redislabs-role');
  aws.addForeignRole('redislabs-cluster-node-role');
  aws.addForeignInstanceProfile('redislabs-cluster-node-role', ['redislabs-cluster-node-role']);
  aws.addForeignPolicy('RedisLabsInstanceRolePolicy');
  aws.addForeignPolicy('RedislabsIAMUserRestrictedPolicy');
}

/** Somebody tidies up what looks unused. */
function deleteParts(aws: MemoryAws): void {
  delete aws.users['redislabs-user'];
  delete aws.instanceProfiles['redislabs-cluster-node-role'];
  const role = aws.roles['redislabs-role'];
  if (role) role.attached = [];
}

/** AWS on a slow day: nothing is true at once, and every list comes in pages of one. */
export function slowWorld(aws: MemoryAws): undefined {
  Object.assign(aws.lag, {
    reads: 3000,
    secretReads: 0,
    references: 4000,
    keyActivation: 5000,
    loginProfile: 6000,
    uniqueIdForArn: 3000,
    deletes: 3000,
  });
  aws.pageSize = 1;
  aws.latency = 30;
}

const atBest: Scenario[] = [
  { name: 'create', before: [], request: created },
  {
    name: 'create without console access',
    before: [],
    request: () => create({ ...A, ConsoleAccess: 'None' }),
  },
  {
    name: 'create over a secret scheduled for deletion',
    before: [created, ({ id = '' }) => remove(id, A)],
    request: created,
  },
  { name: 'update in place', before: [created], request: to(IN_PLACE) },
  {
    name: 'console access switched off',
    before: [created],
    request: to({ ...A, ConsoleAccess: 'None' }),
  },
  {
    name: 'console access switched on',
    before: [() => create({ ...A, ConsoleAccess: 'None' })],
    request: to(A),
  },
  { name: 'key rotation', before: [created], request: to({ ...A, AccessKeySerial: 2 }) },
  {
    name: 'second key rotation',
    before: [created, to({ ...A, AccessKeySerial: 2 })],
    request: to({ ...A, AccessKeySerial: 3 }),
    losesOtherKey: true,
  },
  {
    name: 'key rotation rolled back',
    before: [created, to({ ...A, AccessKeySerial: 2 })],
    request: to(A),
    oneWay: true,
  },
  { name: 'password rotation', before: [created], request: to({ ...A, PasswordSerial: 2 }) },
  {
    name: 'key and password rotation',
    before: [created],
    request: to({ ...A, AccessKeySerial: 2, PasswordSerial: 2 }),
  },
  { name: 'rename of everything', before: [created], request: to(RENAMED) },
  { name: 'rename of the user alone', before: [created], request: to(PARTLY_RENAMED) },
  {
    name: 'rename of the secret alone',
    before: [created],
    request: to({ ...A, SecretName: 'another/secret' }),
  },
  {
    name: 'rename of the user policy alone',
    before: [created],
    request: to({ ...A, UserPolicyName: 'RedisUserPolicy2' }),
  },
  {
    name: 'clean-up after a rename',
    before: [created, to(PARTLY_RENAMED)],
    request: (_stack, [oldId = '']) => remove(oldId, A),
  },
  { name: 'rename rolled back', before: [created, to(PARTLY_RENAMED)], request: to(A), oneWay: true },
  {
    name: 'adoption',
    before: [],
    byHand: strangers,
    request: () => create({ ...A, ExistingEntities: 'Adopt' }),
  },
  {
    name: 'healing of parts deleted by hand',
    before: [created],
    byHand: deleteParts,
    request: to({ Tags: 'Team=healed' }),
    oneWay: true,
  },
  { name: 'delete', before: [created], request: ({ id = '' }) => remove(id, A) },
  {
    name: 'delete at once',
    before: [() => create({ ...A, SecretRecoveryDays: 0, ReplicaRegions: 'eu-west-1' })],
    request: ({ id = '' }) => remove(id, { ...A, SecretRecoveryDays: 0, ReplicaRegions: 'eu-west-1' }),
  },
  {
    name: 'delete of a user with everything hung on it',
    before: [created, to({ ...A, AccessKeySerial: 2 })],
    byHand: (aws) => aws.hangEverythingOn('redislabs-user'),
    request: ({ id = '' }) => remove(id, A),
  },
];

const ON_A_SLOW_DAY = [
  'create',
  'key and password rotation',
  'second key rotation',
  'rename of everything',
  'rename of the user alone',
  'clean-up after a rename',
  'delete of a user with everything hung on it',
];

const ON_THE_HARSHEST_DAY = [
  'create',
  'create over a secret scheduled for deletion',
  'key rotation',
  'second key rotation',
  'key rotation rolled back',
  'key and password rotation',
  'rename of everything',
  'rename of the user alone',
  'rename of the user policy alone',
  'rename of the secret alone',
  'clean-up after a rename',
  'rename rolled back',
  'adoption',
  'delete',
  'delete at once',
];

/** Of so many faults that others meet those that are alike meet one. */
const ALIKE = sampleOf({ some: 2, more: 7, all: 1 });

/** Two properties that change together, each with one new value. */
const together: Scenario[] = PAIRS_OF_CHANGES.map(([name, changes]) => ({
  name,
  before: [created],
  request: to({ ...A, ...changes }),
  share: ALIKE,
}));

const named = (all: Scenario[], names: string[]) => all.filter(({ name }) => names.includes(name));

export const scenarios: Scenario[] = [
  ...atBest,
  ...together,
  ...named(atBest, ON_A_SLOW_DAY).map((scenario) => ({
    ...scenario,
    name: `${scenario.name}, on a slow day`,
    world: slowWorld,
  })),
  ...named(atBest, ON_THE_HARSHEST_DAY).map((scenario, index) => ({
    ...scenario,
    name: `${scenario.name}, on the harshest day`,
    world: (aws: MemoryAws) => harshestDay(aws, index + 1),
  })),
  ...together.map((scenario, index) => ({
    ...scenario,
    name: `${scenario.name}, on the harshest day`,
    world: (aws: MemoryAws) => harshestDay(aws, index + 1),
    share: 4 * ALIKE,
  })),
];

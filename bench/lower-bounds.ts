import type { OperationName } from './lives.ts';

/**
 * How deep an operation must be at least: the calls that its outcome needs, and for each the calls whose answer, effect
 * or safe completion it has to wait for, with the reason. Three kinds of reasons count:
 *
 * - `data`: the call's input comes out of the other call's answer
 * - `AWS`: AWS refuses the call before the other one has taken effect
 * - `rule`: a promise of the bundle would be broken if the function died, or failed, between the two
 *
 * That one file of the function follows another is none. Calls that nothing waits for, and that wait for nothing that
 * others do not wait for as well, are left out: they do not make a graph deeper.
 */
export interface Need {
  call: string;
  /** What must be over before, and why. */
  after: Record<string, string>;
}

const lookFirst = 'rule: nothing is touched before it is known that nothing foreign is in the way';
const exists = 'AWS: it must exist';
const fence = 'rule: no credential is made before the secret that will hold it exists and can be written';
const intent = 'rule: a key whose maker dies is recognised by the intent written before';
const stored = 'rule: what is not stored is lost, so it is stored before it is used';
const proven = 'rule: a key becomes current only after AWS has known it three times in a row';
const inARow = 'rule: three times in a row is one after the other, as IAM learns of a key server by server';

/** What the calls to the ledger begin with: they are in the graphs for their reasons, and in no bound. */
const LEDGER = 'Ledger: ';
const LEASE = `${LEDGER}PutItem with the lease`;
const INTENTS = `${LEDGER}PutItem with names and intent`;

/** A request takes the lease before all else, tells what it is about to make, and gives the lease back after all else. */
const underLease = (needs: Need[], intendsAfter: string[], last: string[]): Need[] => [
  { call: `${LEDGER}GetItem`, after: {} },
  { call: LEASE, after: { [`${LEDGER}GetItem`]: 'data: the version on whose condition it is written' } },
  ...needs.map(({ call, after }) => ({
    call,
    after:
      Object.keys(after).length > 0
        ? after
        : { [LEASE]: 'rule: what is read beside another request may be half of what that changes' },
  })),
  ...(intendsAfter.length > 0
    ? [{ call: INTENTS, after: Object.fromEntries(intendsAfter.map((read) => [read, lookFirst])) }]
    : []),
  {
    call: `${LEDGER}PutItem with the outcome`,
    after: Object.fromEntries(
      last.map((call) => [call, 'rule: a request is recorded as carried out when everything is']),
    ),
  },
];
const named = 'rule: a name is in the ledger before the call that makes it';

const proveAndPromote = (alsoProven: Record<string, string>): Need[] => [
  { call: 'GetCallerIdentity, first', after: { PutSecretValue: stored } },
  { call: 'GetCallerIdentity, second', after: { 'GetCallerIdentity, first': inARow } },
  { call: 'GetCallerIdentity, third', after: { 'GetCallerIdentity, second': inARow } },
  { call: 'UpdateSecretVersionStage', after: { 'GetCallerIdentity, third': proven, ...alsoProven } },
];

/** Everything that a Create makes, once the ledger knows of it. */
const build: Need[] = [
  { call: 'CreateSecret', after: { [INTENTS]: named } },
  { call: 'CreatePolicy', after: { [INTENTS]: named } },
  { call: 'CreateRole', after: { [INTENTS]: named } },
  { call: 'CreateInstanceProfile', after: { [INTENTS]: named } },
  { call: 'CreateUser', after: { [INTENTS]: named } },
  { call: 'AttachRolePolicy', after: { CreatePolicy: exists, CreateRole: exists } },
  { call: 'AttachUserPolicy', after: { CreatePolicy: exists, CreateUser: exists } },
  { call: 'AddRoleToInstanceProfile', after: { CreateInstanceProfile: exists, CreateRole: exists } },
  { call: 'CreateAccessKey', after: { CreateUser: exists, CreateSecret: fence, [INTENTS]: intent } },
  { call: 'GetAccountPasswordPolicy', after: {} },
  {
    call: 'GetRandomPassword',
    after: { GetAccountPasswordPolicy: 'data: the length that the account asks for' },
  },
  {
    call: 'PutSecretValue',
    after: {
      CreateAccessKey: 'data: the key is what is stored',
      GetRandomPassword: 'data: the password is stored with it',
    },
  },
  { call: 'CreateLoginProfile', after: { CreateUser: exists, PutSecretValue: stored } },
  ...proveAndPromote({ CreateLoginProfile: 'rule: what is current works, the password too' }),
];

const readBundle: Need[] = [
  { call: 'GetPolicy', after: {} },
  { call: 'GetPolicyVersion', after: { GetPolicy: 'data: the id of the default version' } },
  { call: 'DescribeSecret', after: {} },
  {
    call: 'GetSecretValue',
    after: { DescribeSecret: 'rule: values of a secret are read only if its tags say that it is ours' },
  },
];

const removeBundle: Need[] = [
  { call: 'Get and List calls', after: {} },
  { call: 'GetAccessKeyLastUsed', after: { 'Get and List calls': 'data: the ids of the keys' } },
  {
    call: 'UpdateAccessKey to Inactive, DeleteLoginProfile, DeleteSecret',
    after: { GetAccessKeyLastUsed: 'rule: nothing is deleted while the access is in use' },
  },
  {
    call: 'DeleteAccessKey, detachments, RemoveRoleFromInstanceProfile',
    after: {
      'UpdateAccessKey to Inactive, DeleteLoginProfile, DeleteSecret':
        'rule: credentials die first, so that a deletion that gets stuck leaves none that works',
    },
  },
  {
    call: 'DeleteUser, DeleteRole, DeleteInstanceProfile, DeletePolicy',
    after: {
      'DeleteAccessKey, detachments, RemoveRoleFromInstanceProfile':
        'AWS: DeleteConflict while something hangs on it',
    },
  },
];

const LAST_DELETED = 'DeleteUser, DeleteRole, DeleteInstanceProfile, DeletePolicy';

/** Per operation the graph of each request that it consists of. CloudFormation sends one request after the other. */
export const lowerBoundGraphs: Record<OperationName, Need[][]> = {
  create: [
    underLease(
      [{ call: 'Get and List calls', after: {} }, ...build],
      ['Get and List calls'],
      ['UpdateSecretVersionStage'],
    ),
  ],
  'no-op update': [underLease(readBundle, [], ['GetPolicyVersion', 'GetSecretValue'])],
  'tags update': [
    underLease(
      [
        ...readBundle,
        { call: 'Tag and Untag calls', after: { GetPolicyVersion: lookFirst, GetSecretValue: lookFirst } },
      ],
      [],
      ['Tag and Untag calls'],
    ),
  ],
  rotation: [
    underLease(
      [
        ...readBundle,
        { call: 'CreateAccessKey', after: { [INTENTS]: intent } },
        { call: 'PutSecretValue', after: { CreateAccessKey: 'data: the key is what is stored' } },
        ...proveAndPromote({}),
      ],
      ['GetPolicyVersion', 'GetSecretValue'],
      ['UpdateSecretVersionStage'],
    ),
  ],
  rename: [
    underLease(
      [
        { call: 'DescribeSecret of the old name', after: {} },
        {
          call: 'GetSecretValue of the old name',
          after: { 'DescribeSecret of the old name': 'rule: values are read only of a secret that is ours' },
        },
        ...build,
      ],
      ['GetSecretValue of the old name'],
      ['UpdateSecretVersionStage'],
    ),
    underLease(removeBundle, [], [LAST_DELETED]),
  ],
  delete: [underLease(removeBundle, [], [LAST_DELETED])],
};

/**
 * The number of calls on the longest way through a graph.
 *
 * @param without leaves out calls whose name begins so: what waits for them waits for what they wait for
 * @throws Error if a call waits for one that is not in the graph, or for itself
 */
export function depthOfGraph(needs: Need[], ...without: string[]): number {
  const known = new Map(needs.map((need) => [need.call, need]));
  const depths = new Map<string, number>();
  const depth = (call: string, waiting: string[]): number => {
    const need = known.get(call);
    if (!need) throw new Error(`${waiting.at(-1)} waits for "${call}", which is not in the graph.`);
    if (waiting.includes(call)) throw new Error(`"${call}" waits for itself.`);
    const before = Object.keys(need.after).map((other) => depth(other, [...waiting, call]));
    const own = without.some((beginning) => call.startsWith(beginning)) ? 0 : 1;
    const result = depths.get(call) ?? Math.max(0, ...before) + own;
    depths.set(call, result);
    return result;
  };
  return Math.max(0, ...needs.map(({ call }) => depth(call, [])));
}

/** How deep an operation must be at least, calls to the ledger aside, with and without the three probes of a new key. */
export function lowerBoundOf(operation: OperationName): { withProbes: number; withoutProbes: number } {
  const total = (...without: string[]) =>
    lowerBoundGraphs[operation].reduce((sum, needs) => sum + depthOfGraph(needs, LEDGER, ...without), 0);
  return { withProbes: total(), withoutProbes: total('GetCallerIdentity') };
}

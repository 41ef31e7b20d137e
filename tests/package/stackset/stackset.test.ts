import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { LocalCloudFormation } from '../../../local/cloudformation/local-cloudformation.ts';
import { addAccessKey, makeRole, makeSecret, makeUser } from '../../e2e/by-hand.ts';
import { expectedState } from '../../e2e/expected.ts';
import { sampleOf } from '../../support/sample.ts';
import {
  type AccountState,
  accounts,
  allAccounts,
  clientsIn,
  ownersIn,
  type Situation,
  situations,
  stateOf,
  statesOf,
} from './accounts.ts';
import { type StackInstance, type StackSet, stackSet } from './stack-set.ts';

const templatePath = fileURLToPath(new URL('../../../dist/rv-access-bundle.yaml', import.meta.url));
const home = 'us-east-1';
const [first = '', second = ''] = accounts['is empty'];
/** Those in which something happens after the deployment. */
const later = [first, second];
const occupied = Object.entries(accounts)
  .filter(([situation]) => situation !== 'is empty')
  .flatMap(([, ids]) => ids);

let aws: LocalAws;
let set: StackSet;
let before: Record<string, AccountState>;
let instances: StackInstance[];
const ownBundles: LocalCloudFormation[] = [];

beforeAll(async () => {
  aws = await startLocalAws({ keyActivationSeconds: 0 });
  await Promise.all(allAccounts.filter((id) => occupied.includes(id)).map(prepare));
  before = await statesOf(aws, occupied);
  set = stackSet(aws, 'rv-access-bundle', templatePath, { Tags: 'Team=data' }, (id) => later.includes(id));
  instances = await set.createInstances(allAccounts, [home], {
    maxConcurrentCount: 8,
    failureToleranceCount: allAccounts.length,
  });
}, 240_000);
afterAll(async () => {
  await Promise.all([set?.close(), ...ownBundles.map((each) => each.close())]);
  await aws?.stop();
});

const instanceIn = (id: string) => instances.find(({ account }) => account === id);
const deployed: Situation[] = ['is empty', 'has entities of other names'];
const denied = 'may not attach policies to users';
const refused = Object.keys(situations).filter(
  (each) => !deployed.includes(each as Situation),
) as Situation[];

describe('a stack set over many accounts', () => {
  test('tells of each account whether it has the bundle', () => {
    expect(instances.map(({ account }) => account)).toEqual(allAccounts);
    expect(allAccounts).toHaveLength(sampleOf({ some: 12, more: 100 }));
    const succeeded = instances.filter(({ status }) => status === 'SUCCEEDED').map(({ account }) => account);
    expect(succeeded).toEqual(deployed.flatMap((situation) => accounts[situation]));
  });

  test.each<[Situation, RegExp]>([
    ['has a bundle of its own in the same Region', /of the stack "own" in us-east-1; nothing was touched/],
    ['has a bundle of its own in another Region', /of the stack "own" in eu-west-1; nothing was touched/],
    ['has a user of that name', /redislabs-user/],
    ['has a secret of that name', /rv-access\/redislabs-user/],
    [denied, /AttachUserPolicy.*service control policy/],
  ])('an account that %s is told why it has none', (situation, reason) => {
    for (const id of accounts[situation]) {
      expect(instanceIn(id)?.status).toBe('FAILED');
      expect(instanceIn(id)?.statusReason).toMatch(/^ResourceLogicalId:Bundle,/);
      expect(instanceIn(id)?.statusReason).toMatch(reason);
    }
  });

  test.each(refused.filter((situation) => situation !== denied))(
    'an account that %s is left as it was',
    async (situation) => {
      const ids = accounts[situation];
      expect(await statesOf(aws, ids)).toEqual(Object.fromEntries(ids.map((id) => [id, before[id]])));
    },
  );

  test('an account that is denied something halfway has nothing left but a secret on its way out', async () => {
    for (const id of accounts[denied]) {
      const { iam, secrets } = await stateOf(aws, id);
      expect(iam).toEqual(before[id]?.iam);
      expect(secrets[home]).toEqual({
        'rv-access/redislabs-user': expect.objectContaining({ scheduled: true, current: undefined }),
      });
    }
  });

  test('an account with entities of other names keeps them beside the bundle', async () => {
    for (const id of accounts['has entities of other names']) {
      const { iam } = await stateOf(aws, id);
      expect(iam.users.payments).toEqual(before[id]?.iam.users.payments);
      expect(iam.roles.payments).toEqual(before[id]?.iam.roles.payments);
      expect(Object.keys(iam.users).sort()).toEqual(['payments', 'redislabs-user']);
    }
  });

  test('every other account has a bundle that says it is of the stack in that very account', async () => {
    for (const id of accounts['is empty']) {
      const stackId = instanceIn(id)?.stackId;
      expect(stackId).toContain(`:${home}:${id}:stack/StackSet-${set.name}-`);
      expect(await ownersIn(aws, id)).toEqual({
        'user redislabs-user': stackId,
        'role redislabs-cluster-node-role': stackId,
        'role redislabs-role': stackId,
        'secret rv-access/redislabs-user': stackId,
      });
    }
  });

  test('the bundle is the whole of what the parameters ask for, and all that is in the account', async () => {
    for (const id of later) {
      const { secrets, ...iam } = expectedState(set.stackIn(id, home));
      expect(await stateOf(aws, id)).toEqual({ iam, secrets: { [home]: secrets, 'eu-west-1': {} } });
    }
  });

  test('no two accounts share a key', () => {
    const keys = accounts['is empty'].map((id) => set.stackIn(id, home).outputs.AccessKeyId);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a second Region of an account is told which stack and Region have the bundle, and changes nothing', async () => {
    const had = await stateOf(aws, first);
    const [instance] = await set.createInstances([first], ['eu-west-1'], {
      maxConcurrentCount: 1,
      failureToleranceCount: 0,
    });
    expect(instance?.status).toBe('FAILED');
    expect(instance?.statusReason).toMatch(new RegExp(`StackSet-${set.name}-.*${home}`));
    expect(await stateOf(aws, first)).toEqual(had);
  });

  test('an account that is taken out with its stack loses its bundle, and no other account loses anything', async () => {
    const others = [first, ...accounts['has entities of other names']];
    const had = await statesOf(aws, others);
    const [instance] = await set.deleteInstances([second], [home]);
    expect(instance).toMatchObject({ account: second, status: 'SUCCEEDED' });
    const { iam } = await stateOf(aws, second);
    expect([iam.users, iam.roles, iam.policies, iam.instanceProfiles]).toEqual([{}, {}, {}, {}]);
    expect(await statesOf(aws, others)).toEqual(had);
  });
});

test('more failures than are tolerated cancel the accounts that are left', async () => {
  const strict = stackSet(aws, 'strict', templatePath, {}, () => false);
  const three = accounts['has a user of that name'];
  const results = await strict.createInstances(three, [home], {
    maxConcurrentCount: 1,
    failureToleranceCount: 0,
  });
  await strict.close();
  expect(results.map(({ status }) => status)).toEqual(['FAILED', 'CANCELLED', 'CANCELLED']);
  expect(await statesOf(aws, three)).toEqual(Object.fromEntries(three.map((id) => [id, before[id]])));
});

async function prepare(id: string): Promise<void> {
  const { iam, secrets } = clientsIn(aws, id);
  const is = (situation: Situation) => accounts[situation].includes(id);
  if (is('has entities of other names')) {
    await makeUser(iam, 'payments');
    await addAccessKey(iam, 'payments');
    await makeRole(iam, 'payments');
  }
  if (is('has a bundle of its own in the same Region')) await makeOwnBundle(id, home);
  if (is('has a bundle of its own in another Region')) await makeOwnBundle(id, 'eu-west-1');
  if (is('has a user of that name')) {
    await makeUser(iam, 'redislabs-user');
    await addAccessKey(iam, 'redislabs-user');
  }
  if (is('has a secret of that name')) await makeSecret(secrets, 'rv-access/redislabs-user');
  if (is('may not attach policies to users'))
    await aws.addFault({
      fault: 'accessDenied',
      deny: 'serviceControlPolicy',
      action: 'AttachUserPolicy',
      // Only this account: the rules know no accounts, but the ARN does.
      parameters: { PolicyArn: `arn:aws:iam::${id}:policy/RedislabsIAMUserRestrictedPolicy` },
      times: 'always',
    });
}

async function makeOwnBundle(accountId: string, region: string): Promise<void> {
  const cloudFormation = new LocalCloudFormation({ aws, accountId, region, templatePath });
  ownBundles.push(cloudFormation);
  const { status } = await cloudFormation.createStack({ stackName: 'own' });
  expect(status).toBe('CREATE_COMPLETE');
}

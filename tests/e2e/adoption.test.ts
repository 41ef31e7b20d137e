import {
  AddRoleToInstanceProfileCommand,
  CreateLoginProfileCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { furtherTest, oneIn } from '../support/sample.ts';
import { type AccountState, type Region, useAccount } from './account.ts';
import { addAccessKey, makeInstanceProfile, makePolicy, makeRole, makeSecret, makeUser } from './by-hand.ts';
import { expectedState, NOTHING } from './expected.ts';

const account = useAccount();
const USER = 'redislabs-user';
const SECRET = 'rv-access/redislabs-user';
const NODE_ROLE = 'redislabs-cluster-node-role';
const Adopt = { ExistingEntities: 'Adopt' };
type Kind = 'users' | 'roles' | 'policies' | 'instanceProfiles' | 'secrets';

const strangers: [Kind, string, (here: Region) => Promise<unknown>][] = [
  ['users', USER, ({ clients }) => makeUser(clients.iam, USER)],
  ['roles', NODE_ROLE, ({ clients }) => makeRole(clients.iam, NODE_ROLE)],
  ['roles', 'redislabs-role', ({ clients }) => makeRole(clients.iam, 'redislabs-role')],
  [
    'policies',
    'RedisLabsInstanceRolePolicy',
    ({ clients }) => makePolicy(clients.iam, 'RedisLabsInstanceRolePolicy'),
  ],
  [
    'policies',
    'RedislabsIAMUserRestrictedPolicy',
    ({ clients }) => makePolicy(clients.iam, 'RedislabsIAMUserRestrictedPolicy'),
  ],
  ['instanceProfiles', NODE_ROLE, ({ clients }) => makeInstanceProfile(clients.iam, NODE_ROLE)],
  ['secrets', SECRET, ({ clients }) => makeSecret(clients.secrets, SECRET)],
];

/** The expected state once an entity was taken over: it keeps its own tags, and a policy its own version. */
function adopted(state: AccountState, kind: Kind, name: string): AccountState {
  const entity = state[kind][name];
  if (entity) entity.tags = { ...entity.tags, Owner: 'somebody' };
  const policy = kind === 'policies' && state.policies[name];
  if (policy) policy.versions = ['v1', 'v2'];
  return state;
}

test.each(oneIn(7, strangers))(
  'one of the %s, "%s", is taken over and brought into line',
  async (kind, name, make) => {
    const here = account.in('us-east-1');
    await make(here);
    const result = await here.create(Adopt);
    expect(result.status).toBe('CREATE_COMPLETE');
    expect(await here.state()).toEqual(adopted(expectedState(here.stack()), kind, name));
    expect((await here.remove()).status).toBe('DELETE_COMPLETE');
    expect((await here.state())[kind][name]).toEqual(
      kind === 'secrets' ? expect.objectContaining({ scheduled: true }) : undefined,
    );
  },
);

test('an adopted secret lets in nobody any more of the bundle that it was of, by what the role allows', async () => {
  const here = account.in('us-east-1');
  const { secrets } = here.clients;
  await makeSecret(secrets, SECRET);
  const Statement = [
    {
      Sid: 'RvAccessBundleReaders',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:root' },
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
    },
  ];
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
  await secrets.send(new PutResourcePolicyCommand({ SecretId: SECRET, ResourcePolicy }));
  expect((await here.create(Adopt)).status).toBe('CREATE_COMPLETE');
  const { ResourcePolicy: left } = await secrets.send(new GetResourcePolicyCommand({ SecretId: SECRET }));
  expect(left).toBeUndefined();
});

test('a whole bundle made by hand is taken over; its key stays and is told, its password is replaced', async () => {
  const here = account.in('us-east-1');
  const { iam } = here.clients;
  for (const [, , make] of strangers) await make(here);
  const inProfile = { InstanceProfileName: NODE_ROLE, RoleName: NODE_ROLE };
  await iam.send(new AddRoleToInstanceProfileCommand(inProfile));
  const login = { UserName: USER, Password: 'ByHand-2026!', PasswordResetRequired: true };
  await iam.send(new CreateLoginProfileCommand(login));
  const key = await addAccessKey(iam, USER);
  const arn = (await here.clients.secrets.send(new DescribeSecretCommand({ SecretId: SECRET }))).ARN;

  const result = await here.create(Adopt);
  expect(result.status).toBe('CREATE_COMPLETE');
  expect(result.outputs.Warnings).toMatch(new RegExp(`did not make: ${key}\\. They were left`));
  expect(result.outputs.SecretArn).toBe(arn);
  const expected = strangers.reduce(
    (state, [kind, name]) => adopted(state, kind, name),
    expectedState(here.stack()),
  );
  const user = expected.users[USER];
  if (user) user.keys = { ...user.keys, [key]: 'Active' };
  expect(await here.state()).toEqual(expected);
  expect((await here.content()).consolePassword).not.toBe(login.Password);
  expect(await here.clients.callerOf(await here.content())).toBe(result.outputs.UserArn);

  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
  const scheduled = expect.objectContaining({ scheduled: true });
  expect(await here.state()).toEqual({ ...NOTHING, secrets: { [SECRET]: scheduled } });
});

furtherTest(
  'a user with two keys of its own is not taken over: both are named, and nothing is changed',
  async () => {
    const here = account.in('us-east-1');
    await makeUser(here.clients.iam, USER);
    const keys = [await addAccessKey(here.clients.iam, USER), await addAccessKey(here.clients.iam, USER)];
    const before = await here.state();
    const result = await here.create(Adopt);
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    for (const key of keys) expect(result.answers[0]?.Reason).toContain(key);
    expect(await here.state()).toEqual(before);
  },
);

test('an update may adopt what a rename meets', async () => {
  const here = account.in('us-east-1');
  await here.create({ SecretName: 'team/redis' });
  await makeUser(here.clients.iam, 'redis-cloud');
  const refused = await here.update({ UserName: 'redis-cloud' });
  expect(refused.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await here.update({ UserName: 'redis-cloud', ...Adopt })).status).toBe('UPDATE_COMPLETE');
  expect(await here.state()).toEqual(adopted(expectedState(here.stack()), 'users', 'redis-cloud'));
});

test("another stack's bundle can be adopted once its user says so; deleting that stack then leaves it alone", async () => {
  const here = account.in('us-east-1');
  await here.create();
  const Tags = [{ Key: 'rv-access:release', Value: 'yes' }];
  await here.clients.iam.send(new TagUserCommand({ UserName: USER, Tags }));
  expect((await here.create(Adopt, { stackName: 'heir' })).status).toBe('CREATE_COMPLETE');
  const before = await here.state();
  const heir = here.stack('heir');
  expect(before.users[USER]?.tags).toEqual(expectedState(heir).users[USER]?.tags);
  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
  expect(await here.state()).toEqual(before);
  expect(await here.clients.callerOf(await here.content('AWSCURRENT', 'heir'))).toBe(heir.outputs.UserArn);
});

furtherTest('an adoption that fails on the way deletes nothing that was there before', async () => {
  const here = account.in('us-east-1');
  for (const [, , make] of strangers) await make(here);
  const key = await addAccessKey(here.clients.iam, USER);
  const before = await here.state();
  const deny = 'serviceControlPolicy' as const;
  await account.aws.addFault({ fault: 'accessDenied', action: 'CreateAccessKey', deny, times: 'always' });
  expect((await here.create(Adopt)).status).toBe('ROLLBACK_COMPLETE');
  const after = await here.state();
  for (const [kind, name] of strangers) {
    expect([kind, name in after[kind]]).toEqual([kind, name in before[kind]]);
  }
  expect(after.users[USER]?.keys).toEqual({ [key]: 'Active' });
  expect(after.secrets[SECRET]?.scheduled).toBe(false);
});

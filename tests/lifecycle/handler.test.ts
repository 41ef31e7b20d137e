import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CustomResourceEvent } from '../../src/cloudformation/event.ts';
import { VERSION } from '../../src/version.ts';
import { namesOwnedBy } from '../faults/ledger.ts';
import { resourceOf } from '../faults/ours.ts';
import { chapter } from '../package/events/story.ts';
import {
  CONSOLE_ROLE,
  INSTANCE_POLICY,
  NODE_ROLE,
  USER,
  USER_POLICY,
  useAccount,
} from '../support/account.ts';
import { createEvent, deleteEvent, INVENTED_ID } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';

const account = useAccount();
const tell = (name: string) => account.send(chapter(name) as CustomResourceEvent);
const echo = (name: string) => {
  const { StackId, RequestId, LogicalResourceId } = chapter(name);
  return { StackId, RequestId, LogicalResourceId };
};
const ID = 'rv-access/redis-access/Bundle/b61781509913ac36-80e75dc01f27792c';
const RENAMED_ID = 'rv-access/redis-access/Bundle/b61781509913ac36-a768253f918f2d2a';

const attributes = (user = USER) => ({
  SecretArn: account.secret(`rv-access/${user}`).arn,
  SecretName: `rv-access/${user}`,
  SecretConsoleUrl: `https://us-east-1.console.aws.amazon.com/secretsmanager/secret?name=rv-access%2F${user}&region=us-east-1`,
  AccessKeyId: account.user(user).accessKeys.at(-1)?.id,
  UserName: user,
  UserArn: `arn:aws:iam::123456789012:user/${user}`,
  InstanceRoleName: NODE_ROLE,
  InstanceRoleArn: `arn:aws:iam::123456789012:role/${NODE_ROLE}`,
  InstanceProfileArn: `arn:aws:iam::123456789012:instance-profile/${NODE_ROLE}`,
  InstancePolicyArn: INSTANCE_POLICY,
  UserPolicyArn: USER_POLICY,
  ConsoleRoleName: CONSOLE_ROLE,
  ConsoleRoleArn: `arn:aws:iam::123456789012:role/${CONSOLE_ROLE}`,
  SignInLoginUrl: 'https://123456789012.signin.aws.amazon.com/console',
  AccountId: '123456789012',
  Version: VERSION,
  PolicyEdition: expect.stringMatching(/^[0-9a-f]{16}$/),
  AccessKeyCreated: new Date(account.user(user).accessKeys.at(-1)?.createdAt ?? 0).toISOString(),
  Warnings: '',
  CloudAccountName: 'redis-access-123456789012',
  CloudAccountId: '',
  PreflightFindings: '0',
});
const noConsoleRole = { ConsoleRoleName: '', ConsoleRoleArn: '' };

describe('the story of the sample events', () => {
  test('1: a Create answers with all attributes', async () => {
    const { answer } = await tell('1-create');
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: ID,
      ...echo('1-create'),
      Data: attributes(),
    });
  });

  test('2: an Update in place keeps id and key, takes the console role away and sets the tags', async () => {
    await tell('1-create');
    const [key] = account.user().accessKeys;
    const { answer } = await tell('2-update-in-place');
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: ID,
      ...echo('2-update-in-place'),
      Data: { ...attributes(), ...noConsoleRole, AccessKeyId: key?.id },
    });
    expect(account.aws.roles).not.toHaveProperty(CONSOLE_ROLE);
    expect(account.user().tags).toMatchObject({ Team: 'Data', CostCenter: '4711' });
  });

  test('3: a rotation answers with a new key, and the one before still works', async () => {
    for (const name of ['1-create', '2-update-in-place']) await tell(name);
    const { answer } = await tell('3-update-rotate-key');
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: ID,
      ...echo('3-update-rotate-key'),
      Data: { ...attributes(), ...noConsoleRole },
    });
    const keys = account.user().accessKeys;
    expect(keys.map(({ active }) => active)).toEqual([true, true]);
    expect(account.content()?.accessKeyId).toBe(keys[1]?.id);
    expect(account.content()?.previousAccessKeyId).toBe(keys[0]?.id);
  });

  test('4: a new user name is a replacement: another id, another user, and the old one is left to a Delete', async () => {
    for (const name of ['1-create', '2-update-in-place', '3-update-rotate-key']) await tell(name);
    const { answer } = await tell('4-update-rename');
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: RENAMED_ID,
      ...echo('4-update-rename'),
      Data: { ...attributes('redis-cloud-user'), ...noConsoleRole },
    });
    expect(namesOwnedBy(account.aws, ID)).toEqual([`user ${USER}`, `secret rv-access/${USER}`]);
    expect(namesOwnedBy(account.aws, RENAMED_ID)).toContain(`role ${NODE_ROLE}`);
    for (const { tags } of Object.values(account.aws.users))
      expect(tags['rv-access:bundle']).toBe(resourceOf(ID));
  });

  test('5: a Delete deletes what the ledger gives to its id, answers with it and has no attributes', async () => {
    for (const name of ['1-create', '2-update-in-place', '3-update-rotate-key', '4-update-rename'])
      await tell(name);
    const cleanUp = deleteEvent(ID, chapter('4-update-rename').OldResourceProperties);
    const { ResponseURL } = chapter('5-delete');
    await account.send({ ...cleanUp, StackId: chapter('1-create').StackId, ResponseURL });
    expect(Object.keys(account.aws.users)).toEqual(['redis-cloud-user']);
    expect(Object.keys(account.aws.roles)).toEqual([NODE_ROLE]);

    const { answer } = await tell('5-delete');
    expect(answer).toEqual({ Status: 'SUCCESS', PhysicalResourceId: RENAMED_ID, ...echo('5-delete') });
    const { users, roles, policies, instanceProfiles, secrets } = account.aws;
    expect({ users, roles, policies, instanceProfiles }).toEqual({
      users: {},
      roles: {},
      policies: {},
      instanceProfiles: {},
    });
    expect(Object.values(secrets).map(({ deletion }) => deletion !== undefined)).toEqual([true, true]);
  });

  test('6: the Delete after a failed Create succeeds though there is nothing', async () => {
    const { answer, writes } = await tell('6-delete-after-failed-create');
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: chapter('6-delete-after-failed-create').PhysicalResourceId,
      ...echo('6-delete-after-failed-create'),
    });
    expect(writes).toEqual([]);
  });

  test('7: a Delete with an id that CloudFormation invented is answered with that id', async () => {
    const { answer } = await tell('7-delete-invented-id');
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: chapter('7-delete-invented-id').PhysicalResourceId,
      ...echo('7-delete-invented-id'),
    });
  });

  test('8: a typo fails before anything is read', async () => {
    const { answer, calls } = await tell('8-create-with-typo');
    expect(answer).toEqual({
      Status: 'FAILED',
      Reason: '"UserNmae" is not a property of the bundle. Did you mean UserName? Nothing was changed.',
      PhysicalResourceId: 'rv-access/redis-staging/RedisAccess/5892bb2e9c8d4750-df9bb6cbd82796a7',
      ...echo('8-create-with-typo'),
    });
    expect(calls).toEqual([]);
  });
});

describe('an event that is none of CloudFormation’s requests', () => {
  test('of an unknown type is answered with FAILED and touches nothing', async () => {
    const { answer, calls } = await account.send({ ...createEvent(), RequestType: 'Read' as 'Create' });
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: '"Read" is not a request of CloudFormation: Create, Update or Delete.',
    });
    expect(calls).toEqual([]);
  });

  test.each(['', undefined])('with the URL %j is logged, touches nothing and ends', async (ResponseURL) => {
    const invocation = await invoke(account.place, { ...createEvent(), ResponseURL: ResponseURL as string });
    expect(invocation).toMatchObject({ answers: [], calls: [], end: 'returned' });
    expect(invocation.lines[0]?.text).toContain('it has no ResponseURL');
  });

  test.each([null, 'Create', []])('but %j ends likewise', async (event) => {
    const invocation = await invoke(account.place, event as never);
    expect(invocation).toMatchObject({ answers: [], calls: [], end: 'returned' });
  });

  test.each(['none', undefined])(
    'with the stack id %j is answered with an id all the same',
    async (StackId) => {
      const { answer, calls } = await account.send({ ...createEvent(), StackId: StackId as string });
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'rv-access/unknown' });
      expect(answer.Reason).toContain('is not the ARN of a CloudFormation stack');
      expect(calls).toEqual([]);
    },
  );
});

describe('a Delete does not look at its properties critically', () => {
  test.each([
    ['none at all', undefined],
    ['of another age', { Colour: 'red', ConsoleAccess: 'Sometimes', AccessKeySerial: 'many' }],
  ])('%s', async (_what, ResourceProperties) => {
    await account.create();
    const event = deleteEvent(account.id);
    if (ResourceProperties) event.ResourceProperties = ResourceProperties;
    else delete event.ResourceProperties;
    const { answer } = await account.send(event);
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: account.id });
    expect(account.aws.users).toEqual({});
  });

  test.each([undefined, null])('a Create without any (%s) makes the bundle of all defaults', async (none) => {
    const event = { ...createEvent(), ResourceProperties: none as never };
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
  });

  test('and one without an id takes the one that Create would have given', async () => {
    await account.create();
    const event = deleteEvent(INVENTED_ID);
    delete event.PhysicalResourceId;
    expect((await account.send(event)).answer).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: account.id,
    });
    expect(account.aws.users).toEqual({});
  });
});

describe('whose stack the resources are', () => {
  const PROVIDER = 'arn:aws:cloudformation:us-east-1:123456789012:stack/provider/99';
  const before = process.env.STACK_ID;
  beforeEach(() => {
    process.env.STACK_ID = PROVIDER;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.STACK_ID;
    else process.env.STACK_ID = before;
  });

  test('says the function’s environment, since its role is confined to that', async () => {
    await account.create();
    expect(account.user().tags['rv-access:stack']).toBe(PROVIDER);
  });
});

test('at the deadline the function stops in good order and says so in time', async () => {
  account.aws.gate = async ({ service }) => {
    if (service !== 'dynamodb') await new Promise((resolve) => setTimeout(resolve, 60_000));
  };
  const { answer, invocation } = await account.create();
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toContain('did not finish in the time of the function');
  expect(invocation.endedAt - invocation.startedAt).toBe(285_000);
  expect(invocation.late).toEqual([]);
});

import { expect, test } from 'vitest';
import { useAccount } from './account.ts';
import { bundleTagOf, expectedData, expectedState } from './expected.ts';
import { createRequest, newResource } from './requests.ts';

const account = useAccount();

test('a new stack has everything, answers with all attributes, and its key works', async () => {
  const here = account.in('us-east-1');
  const result = await here.create();
  expect(result.status).toBe('CREATE_COMPLETE');
  const stack = here.stack();
  const { event, body } = result.exchanges[0] ?? {};
  expect(JSON.parse(body ?? '')).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: expect.stringMatching(/^rv-access\/redis\/Bundle\/[0-9a-f]{16}-[0-9a-f]{16}$/),
    StackId: stack.id,
    RequestId: event?.RequestId,
    LogicalResourceId: 'Bundle',
    Data: expectedData(stack),
  });
  expect(await here.state()).toEqual(expectedState(stack));
  expect(await here.clients.callerOf(await here.content())).toBe(result.outputs.UserArn);
});

test('every attribute is an output of the same name, and the function is one as the service token', async () => {
  const here = account.in('us-east-1');
  const { outputs } = await here.create();
  const { attributes } = here.cloudFormation.resource('redis', 'BundleFunction');
  expect(outputs).toEqual({ ...expectedData(here.stack()), ServiceToken: attributes.Arn });
});

test('every parameter shows in what is made', async () => {
  const here = account.in('us-east-1');
  const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
  const { status } = await here.create({
    InstanceRoleName: 'nodes',
    InstancePolicyName: 'nodes-may',
    UserName: 'redis@cloud',
    UserPolicyName: 'redis-may',
    ConsoleRoleName: 'operators',
    RedisAccountId: '210987654321',
    SecretName: 'team/redis+keys',
    KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef',
    SecretReaderArns: 'arn:aws:iam::210987654321:root,arn:aws:iam::210987654321:role/deploy',
    ReplicaRegions: 'eu-west-1,eu-central-1',
    PermissionsBoundaryArn: boundary,
    Tags: 'CostCentre=42,Team=data platform',
    AccessKeySerial: '7',
    PasswordSerial: '3',
  });
  expect(status).toBe('CREATE_COMPLETE');
  expect(await here.state()).toEqual(expectedState(here.stack()));
  const made = (await account.aws.calls()).filter(({ action }) => /^Create(User|Role)$/.test(action));
  expect(made.map(({ parameters }) => parameters.PermissionsBoundary)).toEqual([
    boundary,
    boundary,
    boundary,
  ]);
});

const longest = {
  InstanceRoleName: 'r'.repeat(64),
  InstancePolicyName: 'p'.repeat(128),
  UserName: 'u'.repeat(64),
  UserPolicyName: 'q'.repeat(128),
  ConsoleRoleName: 'c'.repeat(64),
  SecretName: '/'.repeat(512),
  RedisAccountId: '210987654321',
  Tags: Array.from({ length: 45 }, (_, i) => `${i}`.padEnd(128, 'k') + '='.padEnd(257, 'v')).join(','),
};

test('the longest names fit into an answer and into a tag, as do refusals that name them all', async () => {
  const here = account.in('us-gov-west-1');
  const resource = { ...newResource('us-gov-west-1', 's'.repeat(128)), logicalId: 'L'.repeat(255) };
  const made = await here.send(createRequest(resource, longest));
  expect(made.answer).toMatchObject({ Status: 'SUCCESS', Data: { SecretName: longest.SecretName } });
  expect(Buffer.byteLength(made.body ?? '')).toBeLessThanOrEqual(4096);
  const id = made.answer?.PhysicalResourceId ?? '';
  expect(id.length).toBeLessThanOrEqual(256);
  expect((await here.state()).users[longest.UserName]?.tags['rv-access:bundle']).toBe(bundleTagOf(id));

  const another = { ...newResource('us-gov-west-1', 't'.repeat(128)), logicalId: 'L'.repeat(255) };
  const refused = await here.send(createRequest(another, longest));
  expect(refused.answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('exist already'),
  });
  expect(Buffer.byteLength(refused.body ?? '')).toBeLessThanOrEqual(4096);
});

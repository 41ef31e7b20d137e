import { TagUserCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../local/cloudformation/template.ts';
import { furtherTest, oneIn } from '../support/sample.ts';
import { STACK, useAccount } from './account.ts';
import { expectedState } from './expected.ts';
import { createRequest, newResource, updateRequest } from './requests.ts';

const account = useAccount();
const everyTag = ({
  users,
  roles,
  instanceProfiles,
  policies,
  secrets,
}: Awaited<ReturnType<typeof stateOf>>) =>
  [users, roles, instanceProfiles, policies, secrets].flatMap((kind) =>
    Object.values(kind).map(({ tags }) => tags),
  );
const stateOf = (here: ReturnType<typeof account.in>) => here.state();

test('an update in place keeps id, key, password and all that did not change', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const before = await here.state();
  const id = here.physicalId();
  const result = await here.update({ DeletionProtection: 'Off', SecretRecoveryDays: '7' });
  expect(result.status).toBe('UPDATE_COMPLETE');
  expect(result.answers.map((answer) => answer.PhysicalResourceId)).toEqual([id]);
  expect(await here.state()).toEqual(before);
});

test('tags are added, changed and taken away on every entity; those of others stay', async () => {
  const here = account.in('us-east-1');
  await here.create({ Tags: 'Team=data,Stage=test' });
  const tag = { Key: 'Checked', Value: 'yes' };
  await here.clients.iam.send(new TagUserCommand({ UserName: 'redislabs-user', Tags: [tag] }));
  const result = await here.update({ Tags: 'Team=platform,CostCentre=42' });
  expect(result.status).toBe('UPDATE_COMPLETE');
  const state = await here.state();
  const expected = expectedState(here.stack());
  const user = expected.users['redislabs-user'];
  if (user) user.tags = { ...user.tags, Checked: 'yes' };
  expect(state).toEqual(expected);
  expect(everyTag(state)).toHaveLength(7);

  await here.update({ Tags: '' });
  expect(everyTag(await here.state()).filter((tags) => 'Team' in tags || 'CostCentre' in tags)).toEqual([]);
});

describe('console access', () => {
  const choices = ['UserAndRole', 'User', 'Role', 'None'];
  const ways = choices.flatMap((from) =>
    choices.filter((to) => to !== from).map((to) => [from, to] as const),
  );

  test('is switched off and on, every way, in place and with the same key', async () => {
    const here = account.in('us-east-1');
    await here.create();
    const id = here.physicalId();
    const { accessKeyId } = await here.content();
    for (const [from, to] of oneIn(4, ways)) {
      if (here.stack().parameters.ConsoleAccess !== from) await here.update({ ConsoleAccess: from });
      const result = await here.update({ ConsoleAccess: to });
      expect([from, to, result.status, here.physicalId()]).toEqual([from, to, 'UPDATE_COMPLETE', id]);
      expect(await here.state()).toEqual(expectedState(here.stack()));
      expect(result.outputs.AccessKeyId).toBe(accessKeyId);
    }
  });

  furtherTest('that a rollback restores has a console role and a password that is stored', async () => {
    const here = account.in('us-east-1');
    await here.create();
    const result = await here.update({ ConsoleAccess: 'None' }, { failAfterBundle: true });
    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await here.state()).toEqual(expectedState(here.stack()));
  });
});

test('policies are overridden eight times in a row, and go back to the built-in ones', async () => {
  const here = account.in('us-east-1');
  const resource = newResource();
  const created = await here.send(createRequest(resource));
  const id = created.answer?.PhysicalResourceId ?? '';
  const { policies: builtIn } = await here.state();
  const document = (bucket: number) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::bucket-${bucket}/*` }],
  });
  let old = {};
  const send = async (properties: JsonObject) => {
    const { answer } = await here.send(updateRequest(resource, id, properties, old));
    old = properties;
    expect(answer?.Status, answer?.Reason).toBe('SUCCESS');
    return answer?.Data?.PolicyEdition;
  };
  for (let bucket = 1; bucket <= 8; bucket += 1) {
    const properties = { UserPolicyDocument: document(bucket), InstancePolicyDocument: document(-bucket) };
    expect(await send(properties)).toBe('custom');
    const { policies } = await here.state();
    expect(policies.RedislabsIAMUserRestrictedPolicy?.document).toEqual(document(bucket));
    expect(policies.RedisLabsInstanceRolePolicy?.document).toEqual(document(-bucket));
    expect(policies.RedisLabsInstanceRolePolicy?.versions.length).toBeLessThanOrEqual(5);
  }
  await send({});
  const { policies } = await here.state();
  for (const [name, policy] of Object.entries(builtIn))
    expect(policies[name]?.document).toEqual(policy.document);
});

furtherTest("a document of one's own is refused for the bundle of the template's stack", async () => {
  const here = account.in('us-east-1');
  await here.create();
  const before = await here.state();
  const properties = { UserPolicyDocument: { Version: '2012-10-17', Statement: [] } };
  const result = await here.update({}, { properties });
  expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(result.answers[0]?.Reason).toContain('UserPolicyDocument');
  expect(await here.state()).toEqual(before);
});

furtherTest('a document given as text is the policy', async () => {
  const here = account.in('us-east-1');
  const text = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}';
  await here.send(createRequest(newResource(), { UserPolicyDocument: text }));
  const { policies } = await here.state();
  expect(policies.RedislabsIAMUserRestrictedPolicy?.document).toEqual(JSON.parse(text));
});

test('key, readers, replicas and boundary are set by an update and taken back by the next', async () => {
  const here = account.in('us-east-1');
  await here.create();
  const plain = await here.state();
  await here.update({
    KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef',
    SecretReaderArns: 'arn:aws:iam::210987654321:root',
    ReplicaRegions: 'eu-west-1',
    PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
  });
  expect(await here.state()).toEqual(expectedState(here.stack()));
  await here.update({ KmsKeyArn: '', SecretReaderArns: '', ReplicaRegions: '', PermissionsBoundaryArn: '' });
  const state = await here.state();
  const secret = state.secrets['rv-access/redislabs-user'];
  // A secret that was never given a key tells none; one that was given the AWS managed key may tell it.
  if (secret?.kmsKeyId === 'alias/aws/secretsmanager') secret.kmsKeyId = undefined;
  expect(state).toEqual(plain);
});

furtherTest('another account of Redis is trusted instead', async () => {
  const here = account.in('us-east-1');
  await here.create();
  expect((await here.update({ RedisAccountId: '210987654321' })).status).toBe('UPDATE_COMPLETE');
  expect(await here.state()).toEqual(expectedState(here.stack()));
});

test('a failed update is rolled back to the state before', async () => {
  const here = account.in('us-east-1');
  await here.create({ Tags: 'Team=data' });
  const before = await here.state();
  await account.aws.addFault({
    fault: 'accessDenied',
    action: 'UpdateAssumeRolePolicy',
    deny: 'serviceControlPolicy',
  });
  const result = await here.update({ Tags: 'Team=platform', RedisAccountId: '210987654321' });
  expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(result.answers[0]).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: here.cloudFormation.resource(STACK, 'Bundle').physicalId,
    Reason: expect.stringMatching(/UpdateAssumeRolePolicy.*"redislabs-role".*service control policy/),
  });
  expect(await here.state()).toEqual(before);
});

import { DeleteUserPolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { type CheckAnswer, checkAccount, shown } from '../../scripts/check-account/check.ts';
import { type Region, STACK, useAccount } from './account.ts';

const account = useAccount();
const REGION = 'eu-west-1';
const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const policy = { UserName: 'redislabs-user', PolicyName: 'by-hand' };

/** CloudFormation's and Lambda's API, as the script asks them. */
function clients(region: Region) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = account.aws.env(REGION);
  const { id, outputs } = region.stack();
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  return {
    cloudFormation: { send: async () => ({ Stacks: [{ StackId: id, Outputs }] }) },
    lambda: new LambdaClient({
      endpoint: account.aws.endpoint,
      region: REGION,
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    }),
  };
}

const target = { stackName: STACK, logicalResourceId: 'Bundle' };

test('the function that is shipped, asked by the script, finds what was changed by hand, and nothing else', async () => {
  const region = account.in(REGION);
  await region.create({ RotationDays: '30' });
  const untouched = await checkAccount(clients(region), target);
  expect(untouched).toMatchObject({ state: 'checked', drift: [], metrics: { PolicyEditionCurrent: 1 } });
  expect(shown(untouched)).toMatch(/^Nothing differs from what the stack says\.\nDrift 0, /);

  await region.clients.iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument: DOCUMENT }));
  const touched = await checkAccount(clients(region), target);
  expect(shown(touched)).toMatch(
    /^user {2}redislabs-user {2}it has the inline policy by-hand and should have none\nDrift 1, /,
  );
  await region.clients.iam.send(new DeleteUserPolicyCommand(policy));
}, 120_000);

test('the rule of the template has the function check its bundle', async () => {
  const region = account.in(REGION);
  await region.create();
  const [firing] = await region.fire('DailyCheckRule');
  const last = firing?.attempts.at(-1);
  expect(last).toMatchObject({ outcome: 'success', result: { state: 'checked', drift: [] } });
});

test('a function that fails says why, and a stack of something else is none to check', async () => {
  const region = account.in(REGION);
  await region.create();
  await expect(checkAccount(clients(region), { ...target, mode: 'Destroy' as never })).rejects.toThrow(
    'The function failed: "Destroy" is no mode of a check: Report or Repair.',
  );
  const other = {
    ...clients(region),
    cloudFormation: { send: async () => ({ Stacks: [{ StackId: 'x' }] }) },
  };
  await expect(checkAccount(other, target)).rejects.toThrow('it is none of RV Access Bundle');
});

test('a service control policy of the organisation shows in the outputs of the stack, and fails one that asks for that', async () => {
  const region = account.in(REGION);
  const Statement = [{ Effect: 'Deny', Action: ['ec2:RunInstances', 'kms:CreateGrant'], Resource: '*' }];
  await account.aws.settings({ serviceControlPolicies: [{ Version: '2012-10-17', Statement }] });
  await region.create();
  const { outputs } = region.stack();
  expect(outputs.PreflightFindings).toBe('2');
  expect(outputs.Warnings).toMatch(
    /takes from the user "redislabs-user".*: ec2:RunInstances, kms:CreateGrant\./,
  );
  await region.remove();
  const { status } = await region.create({ Preflight: 'Fail' });
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect((await region.state()).users).toEqual({});
});

test('what is shown lines up, and tells of a bundle that was not compared', () => {
  const answer: CheckAnswer = {
    state: 'checked',
    drift: [
      { resource: 'user', name: 'redis', difference: 'it is missing' },
      { resource: 'secret', name: 'rv-access/redis', difference: 'it is missing' },
    ],
    metrics: { Drift: 2 },
    repair: 'Repaired.',
  };
  expect(shown(answer)).toBe(
    'user    redis            it is missing\nsecret  rv-access/redis  it is missing\nRepaired.\nDrift 2',
  );
  expect(shown({ state: 'suspended', drift: [], metrics: {} })).toBe(
    'Access is suspended; nothing was compared.',
  );
});

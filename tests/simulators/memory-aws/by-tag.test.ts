import * as iam from '@aws-sdk/client-iam';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';

let aws: MemoryAws;
beforeEach(() => {
  aws = memoryAws();
});
afterEach(() => {
  aws.restore();
  vi.useRealTimers();
});

const iamClient = new iam.IAMClient({});
const secretsClient = new secrets.SecretsManagerClient({});
const outcome = (sent: Promise<unknown>) =>
  sent.then(
    () => 'ok',
    (error: Error) => error.name,
  );
const PolicyArn = 'arn:aws:iam::123456789012:policy/none';

test.each([
  new iam.DeleteUserCommand({ UserName: 'none' }),
  new iam.DeleteLoginProfileCommand({ UserName: 'none' }),
  new iam.AttachRolePolicyCommand({ RoleName: 'none', PolicyArn }),
  new iam.DeleteInstanceProfileCommand({ InstanceProfileName: 'none' }),
  new iam.DeletePolicyCommand({ PolicyArn }),
  new iam.SimulatePrincipalPolicyCommand({
    PolicySourceArn: 'arn:aws:iam::123456789012:user/none',
    ActionNames: ['s3:GetObject'],
  }),
])('what IAM allows the function by a tag is denied about what is not there (%#)', async (command) => {
  expect(await outcome(iamClient.send(command as never))).toBe('AccessDenied');
  aws.mayAll = true;
  expect(await outcome(iamClient.send(command as never))).toBe('NoSuchEntityException');
});

test('so it is by Secrets Manager, reads of a value and of the policy included', async () => {
  const SecretId = 'none';
  for (const command of [
    new secrets.GetSecretValueCommand({ SecretId }),
    new secrets.GetResourcePolicyCommand({ SecretId }),
    new secrets.PutSecretValueCommand({ SecretId, SecretString: '{}' }),
    new secrets.DeleteSecretCommand({ SecretId }),
  ])
    expect(await outcome(secretsClient.send(command as never))).toBe('AccessDeniedException');
});

test('what the function may do by a name, or at anything, is answered as it is', async () => {
  const UserName = 'none';
  expect(await outcome(iamClient.send(new iam.GetUserCommand({ UserName })))).toBe('NoSuchEntityException');
  const tag = new iam.TagUserCommand({ UserName, Tags: [{ Key: 'a', Value: 'b' }] });
  expect(await outcome(iamClient.send(tag))).toBe('NoSuchEntityException');
  const Tags = [{ Key: 'rv-access:stack', Value: 'any' }];
  expect(await outcome(iamClient.send(new iam.CreateUserCommand({ UserName, Tags })))).toBe('ok');
  expect(await outcome(iamClient.send(new iam.DeleteUserCommand({ UserName })))).toBe('ok');
});

describe('what IAM allows the function by a tag', () => {
  const UserName = 'someone';
  const tag = () =>
    iamClient.send(new iam.TagUserCommand({ UserName, Tags: [{ Key: 'rv-access:stack', Value: 'any' }] }));
  const remove = () => outcome(iamClient.send(new iam.DeleteUserCommand({ UserName })));
  beforeEach(() => {
    vi.useFakeTimers();
  });

  test.each([
    ['tags', () => aws.addForeignUser(UserName) && tag()],
    [
      'existence',
      () =>
        iamClient.send(
          new iam.CreateUserCommand({ UserName, Tags: [{ Key: 'rv-access:stack', Value: 'any' }] }),
        ),
    ],
  ] as const)('is denied for as long as IAM has not heard of it (%s)', async (kind, make) => {
    aws.staleReads = { seed: 1, from: 5000, to: 5000, kinds: [kind] };
    await make();
    expect(await remove()).toBe('AccessDenied');
    await vi.advanceTimersByTimeAsync(5000);
    expect(await remove()).toBe('ok');
  });

  test('is done about what is gone, for as long as IAM has not heard of that: then it is not there', async () => {
    aws.addForeignUser(UserName, { 'rv-access:stack': 'any' });
    aws.staleReads = { seed: 1, from: 5000, to: 5000, kinds: ['existence'] };
    expect(await remove()).toBe('ok');
    expect(await remove()).toBe('NoSuchEntityException');
    await vi.advanceTimersByTimeAsync(5000);
    expect(await remove()).toBe('AccessDenied');
  });
});

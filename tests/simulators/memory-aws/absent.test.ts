import * as iam from '@aws-sdk/client-iam';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';

let aws: MemoryAws;
beforeEach(() => {
  aws = memoryAws();
});
afterEach(() => aws.restore());

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
  expect(await outcome(iamClient.send(new iam.CreateUserCommand({ UserName })))).toBe('ok');
  expect(await outcome(iamClient.send(new iam.DeleteUserCommand({ UserName })))).toBe('ok');
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ListUsersCommand } from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { LocalCloudFormation } from '../../../local/cloudformation/local-cloudformation.ts';
import { clientsOf } from '../../../local/demo/clients.ts';
import { root } from '../../../scripts/build/bundle.ts';
import { redisCloud } from './redis-cloud.ts';

const run = promisify(execFile);
const further = join(root, 'examples/service-token/template.yaml');

let aws: LocalAws;
let cloudFormation: LocalCloudFormation;
beforeAll(async () => {
  aws = await startLocalAws({ keyActivationSeconds: 0 });
});
beforeEach(async () => {
  await aws.reset();
  cloudFormation = new LocalCloudFormation({ aws });
});
afterEach(() => cloudFormation.close());
afterAll(() => aws.stop());

/** Runs a program of the examples; resolves to all that it printed. */
async function example(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  const whole = { PATH: process.env.PATH ?? '', ...aws.env(), ...env };
  return run(process.execPath, args, { cwd: root, env: whole }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

async function secretOf(outputs: Record<string, string>): Promise<Record<string, string>> {
  const { secrets } = clientsOf(aws, 'us-east-1');
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: outputs.SecretArn }));
  return JSON.parse(SecretString ?? '');
}

test('the function of the nested example reads the secret, and gives no key or password away', async () => {
  const { outputs } = await cloudFormation.createStack({ stackName: 'redis' });
  const program = `import('./examples/nested/reader/index.mjs').then(({ handler }) => handler()).then((answer) => console.log(JSON.stringify(answer)))`;
  const { output } = await example(['-e', program], { SECRET_ARN: outputs.SecretArn ?? '' });
  expect(JSON.parse(output)).toEqual({
    name: 'redis-123456789012',
    accessKeyId: outputs.AccessKeyId,
    accessKeySerial: 1,
    signInLoginUrl: outputs.SignInLoginUrl,
  });
});

test('a further bundle lives and dies by the service token, and the first one stays as it is', async () => {
  const first = await cloudFormation.createStack({
    stackName: 'redis',
    parameters: { FurtherBundlesPrefix: 'redis-test-' },
  });
  const before = await secretOf(first.outputs);
  const parameters = { ServiceToken: first.outputs.ServiceToken ?? '' };
  const second = await cloudFormation.createStack({
    stackName: 'redis-test',
    templatePath: further,
    parameters,
  });
  expect(second).toMatchObject({
    status: 'CREATE_COMPLETE',
    outputs: {
      InstanceRoleName: 'redis-test-node-role',
      UserArn: 'arn:aws:iam::123456789012:user/redis-test-user',
    },
  });
  expect((await secretOf(second.outputs)).consoleUsername).toBe('redis-test-user');
  expect((await cloudFormation.deleteStack('redis-test')).status).toBe('DELETE_COMPLETE');
  expect(await secretOf(first.outputs)).toEqual(before);
  const { iam } = clientsOf(aws, 'us-east-1');
  expect((await iam.send(new ListUsersCommand())).Users).toMatchObject([{ UserName: 'redislabs-user' }]);
});

test('the consumer sends Redis Cloud what the secret holds, tells no secret, and after a rotation sends the new keys', async () => {
  const api = await redisCloud();
  const env = {
    REDIS_CLOUD_API_URL: api.url,
    REDIS_CLOUD_ACCOUNT_KEY: 'account',
    REDIS_CLOUD_USER_KEY: 'user',
  };
  try {
    const { outputs } = await cloudFormation.createStack({ stackName: 'redis' });
    const secret = await secretOf(outputs);
    const registered = await example(['examples/consumer/register.mjs', outputs.SecretName ?? ''], env);
    expect(registered).toEqual({
      code: 0,
      output: `Cloud account 4711 has access key ${outputs.AccessKeyId}.\n`,
    });
    expect(api.requests.map(({ line }) => line)).toEqual(['POST /v1/cloud-accounts', 'GET /v1/tasks/task-1']);
    expect(api.requests[0]).toMatchObject({
      headers: { 'x-api-key': 'account', 'x-api-secret-key': 'user', 'content-type': 'application/json' },
      body: {
        name: 'redis-123456789012',
        provider: 'AWS',
        accessKeyId: secret.accessKeyId,
        accessSecretKey: secret.accessSecretKey,
        consoleUsername: 'redislabs-user',
        consolePassword: secret.consolePassword,
        signInLoginUrl: outputs.SignInLoginUrl,
      },
    });

    const rotated = await cloudFormation.updateStack('redis', { parameters: { AccessKeySerial: '2' } });
    const renewed = await example(['examples/consumer/register.mjs', outputs.SecretName ?? '', '4711'], env);
    expect(renewed).toEqual({
      code: 0,
      output: `Cloud account 4711 has access key ${rotated.outputs.AccessKeyId}.\n`,
    });
    expect(api.requests[2]).toMatchObject({
      line: 'PUT /v1/cloud-accounts/4711',
      body: { accessKeyId: rotated.outputs.AccessKeyId },
    });
    expect(rotated.outputs.AccessKeyId).not.toBe(outputs.AccessKeyId);
  } finally {
    api.close();
  }
});

test('the consumer says what is missing when the bundle has no console password, and sends nothing', async () => {
  const api = await redisCloud();
  const { outputs } = await cloudFormation.createStack({
    stackName: 'redis',
    parameters: { ConsoleAccess: 'Role' },
  });
  const env = {
    REDIS_CLOUD_API_URL: api.url,
    REDIS_CLOUD_ACCOUNT_KEY: 'account',
    REDIS_CLOUD_USER_KEY: 'user',
  };
  expect(await example(['examples/consumer/register.mjs', outputs.SecretName ?? ''], env)).toEqual({
    code: 1,
    output:
      'The secret has no consoleUsername, consolePassword, which the Redis Cloud API asks for: ' +
      'set ConsoleAccess to UserAndRole or User.\n',
  });
  expect(api.requests).toEqual([]);
  api.close();
});

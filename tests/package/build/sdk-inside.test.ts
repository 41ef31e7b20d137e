import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundle } from '../../../scripts/build/bundle.ts';
import { awsServer } from './aws-server.ts';

const functionCredentials = {
  AWS_ACCESS_KEY_ID: 'ASIAFUNCTION',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
};

let folder: string;
let server: Awaited<ReturnType<typeof awsServer>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdk-inside-'));
  const { code } = await bundle('tests/package/build/sdk-calls.ts', 'inside');
  await writeFile(join(folder, 'index.js'), code);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  server = await awsServer();
});
afterEach(() => server.close());

/** Evaluates an expression over the bundle's exports in a process of its own, with this environment alone. */
async function evaluate(expression: string, env: Record<string, string>): Promise<unknown> {
  const script = `Promise.resolve().then(() => require('./index.js')).then(async (bundle) => ${expression})
    .catch((error) => ({ error: error.name, message: error.message }))
    .then((result) => console.log(JSON.stringify(result)))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: folder, env });
  return JSON.parse(stdout);
}

describe('the AWS SDK inside the bundle', () => {
  test('reaches every service through AWS_ENDPOINT_URL, over plain HTTP', async () => {
    const env = { ...functionCredentials, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: server.url };
    expect(await evaluate('bundle.handler()', env)).toEqual({
      UserArn: 'arn:aws:iam::123456789012:user/redislabs-user',
      SecretString: '{"provider":"AWS"}',
      CallerArn: 'arn:aws:iam::123456789012:user/other',
      version: '1',
      refusal: 'ConditionalCheckFailedException: no',
      missing: 'ResourceNotFoundException: not there',
    });
    const asFunction = { accessKeyId: 'ASIAFUNCTION', sessionToken: 'token' };
    expect(server.received).toMatchObject([
      { action: 'GetUser', service: 'iam', ...asFunction },
      { action: 'GetSecretValue', service: 'secretsmanager', ...asFunction },
      { action: 'GetCallerIdentity', service: 'sts', accessKeyId: 'AKIAOTHER', sessionToken: undefined },
      { action: 'GetItem', service: 'dynamodb', ...asFunction },
      { action: 'PutItem', service: 'dynamodb', ...asFunction },
      { action: 'DescribeSecret', service: 'secretsmanager', ...asFunction },
    ]);
    for (const { userAgent } of server.received) expect(userAgent).toMatch(/^aws-sdk-js\/3\.\d+\.\d+ /);
  });

  test('reaches each service through its own endpoint variable, which wins over the common one', async () => {
    const nobody = 'http://127.0.0.1:1';
    const env = {
      ...functionCredentials,
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: nobody,
      AWS_ENDPOINT_URL_IAM: server.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
      AWS_ENDPOINT_URL_STS: server.url,
      AWS_ENDPOINT_URL_DYNAMODB: server.url,
    };
    expect(await evaluate('bundle.handler()', env)).toMatchObject({ SecretString: '{"provider":"AWS"}' });
    expect(server.received.map(({ service }) => service)).toEqual([
      'iam',
      'secretsmanager',
      'sts',
      'dynamodb',
      'dynamodb',
      'secretsmanager',
    ]);
  });

  test('takes credentials from the environment alone, not from files of whoever runs it', async () => {
    await mkdir(join(folder, '.aws'), { recursive: true });
    await writeFile(
      join(folder, '.aws', 'credentials'),
      '[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = file\n',
    );
    const env = { HOME: folder, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: server.url };
    expect(await evaluate('bundle.handler()', env)).toEqual({
      error: 'CredentialsProviderError',
      message: 'Unable to find environment variable credentials.',
    });
    expect(server.received).toEqual([]);
  });

  test.each([
    [
      'eu-west-1',
      [
        'https://iam.amazonaws.com/',
        'https://secretsmanager.eu-west-1.amazonaws.com/',
        'https://sts.eu-west-1.amazonaws.com/',
        'https://dynamodb.eu-west-1.amazonaws.com/',
      ],
    ],
    [
      'us-gov-west-1',
      [
        'https://iam.us-gov.amazonaws.com/',
        'https://secretsmanager.us-gov-west-1.amazonaws.com/',
        'https://sts.us-gov-west-1.amazonaws.com/',
        'https://dynamodb.us-gov-west-1.amazonaws.com/',
      ],
    ],
    [
      'cn-north-1',
      [
        'https://iam.cn-north-1.amazonaws.com.cn/',
        'https://secretsmanager.cn-north-1.amazonaws.com.cn/',
        'https://sts.cn-north-1.amazonaws.com.cn/',
        'https://dynamodb.cn-north-1.amazonaws.com.cn/',
      ],
    ],
  ])('knows the endpoints of %s', async (region, urls) => {
    expect(await evaluate(`bundle.endpoints('${region}')`, { AWS_REGION: region })).toEqual(urls);
  });
});

test('a build fails when a part of the SDK that it replaces is no longer there to be replaced', async () => {
  const entry = join(folder, 'without-sdk.ts');
  await writeFile(entry, 'export const handler = () => 1;');
  await expect(bundle(entry, 'inside')).rejects.toThrow(/Nothing imports @aws-sdk\/credential-provider-node/);
});

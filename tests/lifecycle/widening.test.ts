import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useAccount } from '../support/account.ts';
import { createEvent, STACK_ID, updateEvent } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';

/** Whoever may invoke the function can send it an event that CloudFormation never sent. */

const account = useAccount();
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234';
/** What the template sets. */
const TEMPLATE = {
  REDIS_ACCOUNT_ID: '168085023892',
  SECRET_READER_ARNS: '',
  KMS_KEY_ARN: '',
  REPLICA_REGIONS: '',
  PERMISSIONS_BOUNDARY_ARN: '',
  REDIS_CLOUD_API_SECRET_ARN: '',
};
beforeEach(() => {
  vi.stubEnv('STACK_ID', STACK_ID);
  for (const [name, value] of Object.entries(TEMPLATE)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const WIDER: [string, Record<string, unknown>][] = [
  ['RedisAccountId', { RedisAccountId: '666666666666' }],
  ['SecretReaderArns', { SecretReaderArns: 'arn:aws:iam::666666666666:root', KmsKeyArn: KEY }],
  ['KmsKeyArn', { KmsKeyArn: KEY }],
  ['ReplicaRegions', { ReplicaRegions: 'eu-west-1' }],
  ['PermissionsBoundaryArn', { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  [
    'RedisCloudApiSecretArn',
    { RedisCloudApiSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:theirs-abcdef' },
  ],
  ['InstancePolicyDocument', { InstancePolicyDocument: { Statement: [{ Effect: 'Allow' }] } }],
  ['UserPolicyDocument', { UserPolicyDocument: { Statement: [{ Effect: 'Allow' }] } }],
];

describe.each(WIDER)('%s that the template does not give', (name, properties) => {
  test('is refused by a Create for the bundle of the template’s own stack, before anything is touched', async () => {
    const { answer, writes, calls } = await account.create(properties);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`${name} `);
    expect(answer.Reason).toMatch(/Change the parameter of that stack instead\. Nothing was changed\.$/);
    expect(writes).toEqual([]);
    expect(calls.every(({ service }) => service === 'dynamodb')).toBe(true);
  });

  test('is refused by an Update, and what is in force stays', async () => {
    await account.create();
    const before = account.aws.snapshot();
    const { answer, writes } = await account.update(properties);
    expect(answer.Reason).toContain(`${name} `);
    expect([writes, account.aws.snapshot()]).toEqual([[], before]);
  });
});

describe('what the template says is taken', () => {
  test('when it is the same, in whatever form', async () => {
    vi.stubEnv('REPLICA_REGIONS', 'eu-west-1, us-west-2');
    vi.stubEnv('KMS_KEY_ARN', KEY);
    const { answer } = await account.create({ ReplicaRegions: ['eu-west-1', 'us-west-2'], KmsKeyArn: KEY });
    expect(answer.Status).toBe('SUCCESS');
  });

  test('another account of Redis, which each role trusts from then on, and the one before no more', async () => {
    await account.create();
    vi.stubEnv('REDIS_ACCOUNT_ID', '210987654321');
    const { answer } = await account.update({ RedisAccountId: '210987654321' });
    expect(answer.Status).toBe('SUCCESS');
    const { trust = '' } = account.aws.roles['redislabs-role'] ?? {};
    expect([trust.includes('210987654321'), trust.includes(TEMPLATE.REDIS_ACCOUNT_ID)]).toEqual([
      true,
      false,
    ]);
  });

  test('a property that the event leaves out is refused where the template restricts by it', async () => {
    vi.stubEnv('PERMISSIONS_BOUNDARY_ARN', 'arn:aws:iam::aws:policy/PowerUserAccess');
    const { answer } = await account.create();
    expect(answer.Reason).toContain(
      `PermissionsBoundaryArn "" is not what the template of the function's stack says.`,
    );
  });

  test('a roll-back to what is in force is taken, though the environment still says the new state', async () => {
    vi.stubEnv('REPLICA_REGIONS', 'eu-west-1');
    await account.create({ ReplicaRegions: 'eu-west-1' });
    vi.stubEnv('REPLICA_REGIONS', 'us-west-2');
    account.fail('ReplicateSecretToRegions', 'explicitDeny');
    const failed = await account.update({ ReplicaRegions: 'us-west-2' });
    expect(failed.answer.Status).toBe('FAILED');
    const back = updateEvent(account.id, account.properties, { ReplicaRegions: 'us-west-2' });
    expect((await account.send(back)).answer.Status).toBe('SUCCESS');
    expect(account.secret().replicas.map(({ region }) => region)).toEqual(['eu-west-1']);
  });
});

describe('a bundle of another stack', () => {
  const OTHER = STACK_ID.replace('redis-access', 'team');
  const create = (properties: Record<string, unknown>) =>
    account.send({ ...createEvent(properties), StackId: OTHER });

  test('is bound by the role of the function alone', async () => {
    expect(
      (await create({ RedisAccountId: '210987654321', ReplicaRegions: 'eu-west-1' })).answer.Status,
    ).toBe('SUCCESS');
  });

  test('does not get the key to the provider’s Redis Cloud', async () => {
    const { answer, writes } = await create({
      RedisCloudApiSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:theirs-abcdef',
    });
    expect(answer.Reason).toContain('RedisCloudApiSecretArn ');
    expect(writes).toEqual([]);
  });
});

describe('an answer', () => {
  const send = (ResponseURL: string) => invoke(account.place, { ...createEvent(), ResponseURL });

  test.each([
    'http://169.254.169.254/latest/meta-data',
    'http://answers.example/?X-Amz-Signature=0',
    'file:///etc/passwd',
    'ftp://answers.example/',
    'https://somebody:secret@answers.example/',
    'no URL at all',
  ])('goes to https addresses only: for %s nothing is done and nobody told', async (url) => {
    const { answers, calls, end } = await send(url);
    expect({ answers, calls, end }).toEqual({ answers: [], calls: [], end: 'returned' });
  });

  test('goes to the one origin more that tests allow, and to no other one', async () => {
    vi.stubEnv('RESPONSE_URL_ORIGIN', 'http://127.0.0.1:8080');
    expect((await send('http://127.0.0.1:8080/bucket?X-Amz-Signature=0')).answers).toHaveLength(1);
    expect((await send('http://127.0.0.1:8081/bucket')).answers).toEqual([]);
    expect((await send('http://127.0.0.1:8080@evil.example/')).answers).toEqual([]);
  });

  test('the word null as the allowed origin opens nothing', async () => {
    vi.stubEnv('RESPONSE_URL_ORIGIN', 'null');
    expect((await send('data:text/plain,x')).answers).toEqual([]);
  });
});

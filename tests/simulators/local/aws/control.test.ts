import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as IAM from '@aws-sdk/client-iam';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FORK_SERVER } from '../../../../local/aws/process.ts';
import { startLocalAws } from '../../../../local/aws.ts';
import { failure, localAws } from './clients.ts';

const { clients, aws } = localAws();
afterEach(() => vi.unstubAllEnvs());
const createUser = (client = clients().iam) =>
  client.send(new IAM.CreateUserCommand({ UserName: 'user', Tags: [{ Key: 'a', Value: 'b' }] }));
const getUser = () => clients().iam.send(new IAM.GetUserCommand({ UserName: 'user' }));

describe('recorded calls', () => {
  it('tell what was called with what, by whom, on what, and how it ended', async () => {
    await createUser();
    await failure(createUser());
    await getUser();
    const times = { startedAt: expect.any(Number), endedAt: expect.any(Number) };
    const common = {
      ...times,
      service: 'iam',
      caller: 'arn:aws:iam::123456789012:root',
      account: '123456789012',
      region: 'us-east-1',
    };
    const arn = 'arn:aws:iam::123456789012:user/user';
    const creation = { UserName: 'user', Tags: [{ Key: 'a', Value: 'b' }] };
    expect(await aws().calls()).toEqual([
      { ...common, action: 'CreateUser', parameters: creation, resources: [{ arn, tags: {} }], status: 200 },
      {
        ...common,
        action: 'CreateUser',
        parameters: creation,
        resources: [{ arn, tags: { a: 'b' } }],
        status: 409,
        errorCode: 'EntityAlreadyExists',
      },
      {
        ...common,
        action: 'GetUser',
        parameters: { UserName: 'user' },
        resources: [{ arn, tags: { a: 'b' } }],
        status: 200,
      },
    ]);
    await aws().clearCalls();
    expect(await aws().calls()).toEqual([]);
  });

  it('never hold a secret value', async () => {
    const secret = 'S3cret-value';
    await createUser();
    await clients().secrets.send(new CreateSecretCommand({ Name: 'secret', SecretString: secret }));
    await clients().iam.send(new IAM.CreateLoginProfileCommand({ UserName: 'user', Password: secret }));
    const calls = await aws().calls();
    expect(calls.map(({ parameters }) => parameters)).toMatchObject([
      {},
      { Name: 'secret', SecretString: '***' },
      { UserName: 'user', Password: '***' },
    ]);
    expect(JSON.stringify(calls)).not.toContain(secret);
  });
});

describe('settings', () => {
  it('change one at a time, and are refused if they are unknown or no number', async () => {
    const settings = { keyActivationSeconds: 0, latencyMs: 0, pageSize: 100 };
    expect(await aws().settings({ latencyMs: 1 })).toMatchObject({ ...settings, latencyMs: 1 });
    expect(await aws().settings()).toMatchObject({ ...settings, latencyMs: 1 });
    const wrong = { latency: 1 } as object;
    await expect(aws().settings(wrong)).rejects.toThrow('There is no setting latency');
    await expect(aws().settings({ latencyMs: -1 })).rejects.toThrow('latencyMs must be a number');
  });

  it('can be given at the start, and come back with reset()', async () => {
    const other = await startLocalAws({ pageSize: 7, kmsKeys: { 'alias/a': 'disabled' } });
    try {
      await other.settings({ pageSize: 8, kmsKeys: {} });
      await other.reset();
      expect(await other.settings()).toMatchObject({ pageSize: 7, kmsKeys: { 'alias/a': 'disabled' } });
    } finally {
      await other.stop();
    }
  });

  it('are refused if they have no meaning', async () => {
    const wrong = {
      kmsKeys: { key: 'gone' },
      replicationFailures: { 'eu-west-1': 1 },
      serviceLatencyMs: { dynamodb: -1 },
      pageSize: 0,
    };
    for (const [name, value] of Object.entries(wrong)) {
      await expect(aws().settings({ [name]: value })).rejects.toThrow(`The setting ${name} must be`);
    }
  });

  it('add latency to every call, and another one to those of a service that has its own', async () => {
    const tookMs = async () => {
      await aws().clearCalls();
      await createUser();
      const [call] = await aws().calls();
      return (call?.endedAt ?? 0) - (call?.startedAt ?? 0);
    };
    await aws().settings({ latencyMs: 100, serviceLatencyMs: { dynamodb: 1 } });
    expect(await tookMs()).toBeGreaterThanOrEqual(100);
    await aws().reset();
    await aws().settings({ serviceLatencyMs: { iam: 100 } });
    expect(await tookMs()).toBeGreaterThanOrEqual(100);
  });

  it('go back to those of the start with everything else', async () => {
    await aws().settings({ latencyMs: 1 });
    await aws().addFault({ fault: 'throttle', action: 'GetUser' });
    await createUser();
    await aws().reset();
    expect(await aws().calls()).toEqual([]);
    expect(await aws().faults()).toEqual([]);
    expect(await aws().settings()).toMatchObject({ latencyMs: 0 });
    expect((await failure(getUser())).name).toBe('NoSuchEntityException');
  });
});

it('points a process at itself with environment variables', async () => {
  expect(aws().env('cn-north-1', '999999999999')).toEqual({
    AWS_ENDPOINT_URL: aws().endpoint,
    AWS_ACCESS_KEY_ID: '999999999999',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'cn-north-1',
    AWS_DEFAULT_REGION: 'cn-north-1',
  });
});

describe.each(['forked', 'started'])('a server that was %s', (how) => {
  it('stops when told to, and answers no more', async () => {
    if (how === 'started') vi.stubEnv(FORK_SERVER, '');
    const other = await startLocalAws({ accountId: '111122223333' });
    await expect(fetch(`${other.endpoint}/_local/health`).then((answer) => answer.json())).resolves.toEqual({
      status: 'ok',
    });
    const { STSClient } = await import('@aws-sdk/client-sts');
    const credentials = { accessKeyId: 'anything', secretAccessKey: 'x' };
    const sts = new STSClient({ endpoint: other.endpoint, region: 'us-east-1', credentials });
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '111122223333' });
    await other.stop();
    await other.stop();
    await expect(fetch(`${other.endpoint}/_local/health`)).rejects.toThrow();
  });
});

it('says what to do when it is not set up', async () => {
  vi.stubEnv(FORK_SERVER, '');
  const folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
  try {
    const local = fileURLToPath(new URL('../../../../local/', import.meta.url));
    for (const file of ['aws.ts', 'aws/process.ts']) {
      await cp(join(local, file), join(folder, 'local', file));
    }
    const { startLocalAws: start } = await import(join(folder, 'local/aws.ts'));
    await expect(start()).rejects.toThrow('which is missing: run `npm run setup` first.');
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('says why it does not start', async () => {
  vi.stubEnv(FORK_SERVER, '');
  const port = Number(new URL(aws().endpoint).port);
  await expect(startLocalAws({ port })).rejects.toThrow(`Port ${port} is in use`);
});

it('says which action it cannot do', async () => {
  const simulation = new IAM.SimulateCustomPolicyCommand({
    PolicyInputList: [],
    ActionNames: ['s3:GetObject'],
  });
  expect(await failure(clients().iam.send(simulation))).toEqual({
    name: 'NotImplemented',
    message: 'The local AWS cannot do this: The simulate_custom_policy action has not been implemented',
    status: 501,
  });
});

it('ends when the process that started it is gone', async () => {
  const python = fileURLToPath(new URL('../../../../.venv/bin/python', import.meta.url));
  const script = fileURLToPath(new URL('../../../../local/aws/server.py', import.meta.url));
  const server = spawn(python, [script, '--port', '0'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const [line] = await once(server.stdout, 'data');
  expect(JSON.parse(String(line))).toEqual({ port: expect.any(Number), pid: server.pid });
  server.stdin.end();
  expect(await ended).toEqual([0, null]);
});

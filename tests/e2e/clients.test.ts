import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateUserCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect } from '../../src/aws/clients.ts';
import { probeAccessKey } from '../../src/iam/access-key.ts';
import { withRequestContext } from '../../src/request-context.ts';

/** Stands for AWS and keeps every connection open, as a server does for one that may be used again. */
let server: Server;
/** How often it was asked. */
let asked: number;
/** What it answers; undefined: what was asked for. */
let refusal: { status: number; body: string } | undefined;
const opened = () => new Promise<number>((tell) => server.getConnections((_, count) => tell(count)));

beforeEach(async () => {
  asked = 0;
  refusal = undefined;
  server = createServer((request, response) => {
    asked += 1;
    if (refusal) return response.writeHead(refusal.status).end(refusal.body);
    const isSts = !request.headers['x-amz-target'];
    const identity =
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/redis</Arn>' +
      '</GetCallerIdentityResult></GetCallerIdentityResponse>';
    response.end(isSts ? identity : '{"SecretString":"value"}');
    return response;
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  server.closeAllConnections();
  server.close();
});

test('what proves a new key, and holds its secret, is gone once it is proven', async () => {
  const key = { id: 'AKIAEXAMPLE', secret: 'of-the-key' };
  await withRequestContext(() => probeAccessKey(connect(), key, 'arn:aws:iam::111122223333:user/redis'));
  await vi.waitFor(async () => expect(await opened()).toBe(0));
});

test('requests that read a secret of one Region share a connection', async () => {
  for (let request = 0; request < 3; request += 1) {
    const read = connect().secretsIn('eu-west-1');
    await withRequestContext(() => read(new GetSecretValueCommand({ SecretId: 'api-key' })));
  }
  expect(await opened()).toBe(1);
});

test.each([
  [
    'IAM',
    409,
    '<ErrorResponse><Error><Type>Sender</Type><Code>LimitExceeded</Code><Message>Cannot exceed quota for UsersPerAccount</Message></Error></ErrorResponse>',
    () => connect().iam(new CreateUserCommand({ UserName: 'redis' })),
  ],
  [
    'Secrets Manager',
    400,
    '{"__type":"LimitExceededException","message":"Cannot exceed quota for UsersPerAccount"}',
    () => connect().secrets(new CreateSecretCommand({ Name: 'redis' })),
  ],
])('a quota of %s that is reached is told at once: waiting does not help', async (_, status, body, call) => {
  refusal = { status, body };
  const error = await withRequestContext<Promise<unknown>>(call).catch((thrown: unknown) => thrown);
  expect((error as Error).message).toMatch(
    /^Create(User|Secret) for "redis" failed: LimitExceeded: Cannot exceed quota for UsersPerAccount.*A quota is reached/,
  );
  expect(asked).toBe(1);
});

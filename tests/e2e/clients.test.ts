import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect } from '../../src/aws/clients.ts';
import { probeAccessKey } from '../../src/iam/access-key.ts';
import { withRequestContext } from '../../src/request-context.ts';

/** Stands for AWS and keeps every connection open, as a server does for one that may be used again. */
let server: Server;
const opened = () => new Promise<number>((tell) => server.getConnections((_, count) => tell(count)));

beforeEach(async () => {
  server = createServer((request, response) => {
    const isSts = !request.headers['x-amz-target'];
    const identity =
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/redis</Arn>' +
      '</GetCallerIdentityResult></GetCallerIdentityResponse>';
    response.end(isSts ? identity : '{"SecretString":"value"}');
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

import * as IAM from '@aws-sdk/client-iam';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { failure, localAws } from './clients.ts';

const { clients, aws } = localAws();
const createUser = (UserName = 'user') => clients().iam.send(new IAM.CreateUserCommand({ UserName }));
const users = async () =>
  (await clients().iam.send(new IAM.ListUsersCommand({}))).Users?.map(({ UserName }) => UserName);
const createSecret = () => clients().secrets.send(new CreateSecretCommand({ Name: 'secret' }));

it('throttles the calls that match, from the nth on, as often as asked for', async () => {
  await aws().addFault({ fault: 'throttle', service: 'iam', action: 'CreateUser', nth: 2, times: 2 });
  await createUser('one');
  const throttled = { name: 'Throttling', message: 'Rate exceeded', status: 400 };
  expect(await failure(createUser('two'))).toEqual(throttled);
  expect(await failure(createUser('three'))).toEqual(throttled);
  await createUser('four');
  await createSecret();
  expect(await users()).toEqual(['one', 'four']);
  expect(await aws().faults()).toEqual([
    { fault: 'throttle', service: 'iam', action: 'CreateUser', nth: 2, times: 2, seen: 4, applied: 2 },
  ]);
});

it('is retried by an SDK, so that a caller may never notice', async () => {
  await aws().addFault({ fault: 'throttle', action: 'CreateUser' });
  const patient = new IAM.IAMClient({
    endpoint: aws().endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'local' },
  });
  const { $metadata } = await patient.send(new IAM.CreateUserCommand({ UserName: 'user' }));
  expect($metadata.attempts).toBe(2);
});

it('answers an internal error without applying the call', async () => {
  await aws().addFault({ fault: 'error500' });
  expect(await failure(createUser())).toMatchObject({ name: 'ServiceFailureException', status: 500 });
  expect(await users()).toEqual([]);
});

it('applies a call and loses the answer', async () => {
  await aws().addFault({ fault: 'lostAnswer', action: 'CreateUser', parameters: { UserName: 'lost' } });
  await aws().addFault({ fault: 'lostAnswer', action: 'CreateSecret', answer: 'error500' });
  await createUser('kept');
  const lost = await failure(createUser('lost'));
  expect(lost.status).toBeUndefined();
  expect(await failure(createSecret())).toMatchObject({ name: 'InternalServiceError', status: 500 });
  expect(await users()).toEqual(['kept', 'lost']);
  await clients().secrets.send(new DescribeSecretCommand({ SecretId: 'secret' }));
  const statuses = (await aws().calls()).map(({ action, status }) => `${action} ${status}`);
  expect(statuses).toEqual([
    'CreateUser 200',
    'CreateUser 0',
    'CreateSecret 500',
    'ListUsers 200',
    'DescribeSecret 200',
  ]);
});

it('denies as IAM does: because nothing allows it, or because something denies it', async () => {
  await aws().addFault({ fault: 'accessDenied', action: 'CreateUser' });
  await aws().addFault({ fault: 'accessDenied', action: 'CreateUser', deny: 'serviceControlPolicy' });
  await aws().addFault({ fault: 'accessDenied', action: 'CreateSecret', message: 'No.' });
  const start =
    'User: arn:aws:iam::123456789012:root is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::123456789012:user/user';
  expect(await failure(createUser())).toEqual({
    name: 'AccessDenied',
    message: `${start} because no identity-based policy allows the iam:CreateUser action`,
    status: 403,
  });
  expect(await failure(createUser())).toEqual({
    name: 'AccessDenied',
    message: `${start} with an explicit deny in a service control policy`,
    status: 403,
  });
  expect(await failure(createSecret())).toEqual({
    name: 'AccessDeniedException',
    message: 'No.',
    status: 400,
  });
});

it('answers any error that AWS has, always if asked for', async () => {
  await aws().addFault({
    fault: 'error',
    action: 'CreateUser',
    times: 'always',
    code: 'EntityTemporarilyUnmodifiable',
    message: 'Later.',
    status: 409,
  });
  for (let count = 0; count < 3; count++) {
    expect(await failure(createUser())).toEqual({
      name: 'EntityTemporarilyUnmodifiableException',
      message: 'Later.',
      status: 409,
    });
  }
  await aws().clearFaults();
  await createUser();
});

it('hangs, closes the connection and applies nothing', async () => {
  await aws().addFault({ fault: 'hang', action: 'CreateUser', milliseconds: 50 });
  expect((await failure(createUser())).status).toBeUndefined();
  expect(await users()).toEqual([]);
});

it('refuses rules that make no sense', async () => {
  const add = (rule: object) => aws().addFault(rule as never);
  await expect(add({ fault: 'explode' })).rejects.toThrow('fault must be one of');
  await expect(add({ fault: 'throttle', acton: 'CreateUser' })).rejects.toThrow('A fault has no acton');
  await expect(add({ fault: 'error' })).rejects.toThrow('needs a code');
});

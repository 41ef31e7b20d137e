import { expect, test } from 'vitest';
import { userCalls } from '../../../src/iam/user.ts';
import { hangingOnUser } from '../../../src/iam/user-attachments.ts';
import { extras, stepsForAll } from '../../../src/resource/deletion.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const stepsOf = (name: string) =>
  account.wait(
    stepsForAll([userCalls(account.connection, name).policies, ...hangingOnUser(account.connection, name)]),
  );
const told = (name: string) => account.wait(extras(hangingOnUser(account.connection, name)));

test('everything that hangs on a user is taken off, from all pages; keys and password are not', async () => {
  account.aws.addForeignUser('redis').loginProfile = { password: 'x', createdAt: 0, resetRequired: false };
  account.aws.hangEverythingOn('redis');
  const key = account.aws.addAccessKeyByHand('redis');
  account.aws.pageSize = 1;
  const steps = await stepsOf('redis');
  for (const step of steps) await account.wait(step());
  expect(account.aws.users.redis).toMatchObject({
    ...{ attached: [], inline: {}, groups: [], mfaDevices: [], sshKeys: [], certificates: [] },
    ...{ serviceCredentials: [], accessKeys: [key], loginProfile: { password: 'x' } },
  });
  expect(account.aws.virtualMfaDevices).toEqual({});
});

test('on a user that is gone hangs nothing', async () => {
  expect([await stepsOf('nobody'), await told('nobody')]).toEqual([[], []]);
});

test('what people hang on a user is told as drift, one by one, and an MFA device is none of it', async () => {
  account.aws.addForeignUser('user');
  expect(await told('user')).toEqual([]);
  account.aws.hangEverythingOn('user');
  account.aws.pageSize = 1;
  expect(await told('user')).toEqual(
    [
      ...['inline policy by-hand-1', 'inline policy by-hand-2', 'group people', 'group machines'],
      ...['SSH key APKAEXAMPLE1', 'SSH key APKAEXAMPLE2'],
      ...['signing certificate CERTIFICATE1EXAMPLE', 'signing certificate CERTIFICATE2EXAMPLE'],
      ...['service-specific credential ACCAEXAMPLE1', 'service-specific credential ACCAEXAMPLE2'],
    ].map((extra) => `it has the ${extra} and should have none`),
  );
});

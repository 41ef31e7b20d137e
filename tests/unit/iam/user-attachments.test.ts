import { expect, test } from 'vitest';
import { attachedUserPolicies, stepsForAttachments } from '../../../src/iam/user-attachments.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();

test('everything that hangs on a user is taken off, from all pages; keys and password are not', async () => {
  account.aws.addForeignUser('redis').loginProfile = { password: 'x', createdAt: 0, resetRequired: false };
  account.aws.hangEverythingOn('redis');
  const key = account.aws.addAccessKeyByHand('redis');
  account.aws.pageSize = 1;
  const steps = await account.wait(stepsForAttachments(account.connection, 'redis'));
  for (const step of steps) await account.wait(step() as Promise<unknown>);
  expect(account.aws.users.redis).toMatchObject({
    ...{ attached: [], inline: {}, groups: [], mfaDevices: [], sshKeys: [], certificates: [] },
    ...{ serviceCredentials: [], accessKeys: [key], loginProfile: { password: 'x' } },
  });
  expect(account.aws.virtualMfaDevices).toEqual({});
});

test('on a user that is gone hangs nothing', async () => {
  expect(await account.wait(stepsForAttachments(account.connection, 'nobody'))).toEqual([]);
});

test('the policies of a user are read from all pages', async () => {
  account.aws.addForeignUser('redis').attached.push('arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B');
  account.aws.pageSize = 1;
  expect(await account.wait(attachedUserPolicies(account.connection, 'redis'))).toHaveLength(2);
});

import { describe, expect, test } from 'vitest';
import { user } from '../../../src/iam/user.ts';
import { useAccount } from '../../support/account.ts';
import type { User } from '../../support/memory-aws/iam-state.ts';
import { POLICY, TAGS, testHolder } from './holders.ts';

const account = useAccount();
const desired = (boundaryArn = '', policyArn = POLICY) => ({
  ...{ name: 'user', arn: '', tags: TAGS, consolePassword: true },
  boundaryArn,
  policyArn,
});

describe('a user', () => {
  testHolder(account, {
    kind: 'user',
    Kind: 'User',
    resource: (boundaryArn, policyArn) => user(account.connection, desired(boundaryArn, policyArn)),
    diff: (observed, boundaryArn, mayBe, own) =>
      user(account.connection, desired(boundaryArn)).diff(
        observed,
        mayBe.map((state) => state && { ...desired(boundaryArn), ...state }),
        own,
      ),
    live: () => account.aws.users.user as User,
    add: () => account.aws.addForeignUser('user'),
    byHand: { inline: { 'by-hand': '{}' }, groups: ['people'] },
  });
});

test('of a user Team and team are one tag key', () => {
  expect(user(account.connection, desired()).keyCase).toBe('ignored');
});

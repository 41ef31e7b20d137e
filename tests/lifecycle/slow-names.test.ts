import { expect, test } from 'vitest';
import { USER_POLICY, useAccount } from '../support/account.ts';
import type { Call } from '../support/memory-aws/calls.ts';
import type { Fault } from '../support/memory-aws/faults.ts';
import { invalidRequest } from '../support/memory-aws/secrets-errors.ts';

const account = useAccount();

test.each([30, 45])(
  'the name of a secret that stays taken for %i s is waited for, also while IAM is slow',
  async (seconds) => {
    const from = Date.now();
    const until = (wanted: string, end: number, fault: Fault) =>
      account.aws.failCall(
        ({ action }: Call) => action === wanted && Date.now() - from < end * 1000,
        fault,
        Number.POSITIVE_INFINITY,
      );
    until('CreateSecret', seconds, () =>
      invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      ),
    );
    until('GetUser', 10, 'throttled');
    until('CreateRole', 62, 'throttled');
    const { answer } = await account.create();
    expect(answer.Status).toBe('SUCCESS');
  },
);

test('a policy of the same name under another path is told as what it may be', async () => {
  const name = String(USER_POLICY.split('/').at(-1));
  const policy = account.aws.addForeignPolicy(name);
  delete account.aws.policies[policy.arn];
  policy.arn = policy.arn.replace(`policy/${name}`, `policy/team/${name}`);
  account.aws.policies[policy.arn] = policy;
  const { answer } = await account.create();
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toContain(
    'It may be taken by one under another path, or by one that was deleted a moment ago. Choose another name, or try again later.',
  );
});

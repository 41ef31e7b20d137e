import { beforeEach, describe, expect, test } from 'vitest';
import { makeDefault, policyVersions } from '../../../src/iam/policy-versions.ts';
import { useAccount } from '../../support/account.ts';
import { limitExceeded } from '../../support/memory-aws/iam-errors.ts';

const account = useAccount();
const ARN = 'arn:aws:iam::123456789012:policy/Policy';
const document = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const policy = () => account.aws.policies[ARN];
const inForce = () => policy()?.versions.find(({ id }) => id === policy()?.defaultVersionId)?.document;
const make = (action = 'ec2:Desired') => account.wait(makeDefault(account.connection, ARN, document(action)));

beforeEach(() => {
  account.aws.addForeignPolicy('Policy');
});

describe('the default version of a policy', () => {
  test('is set even where a list says that it is there already: the list may be stale', async () => {
    await make();
    account.aws.forgetCalls();
    await make();
    expect(account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action)).toEqual([
      'SetDefaultPolicyVersion',
    ]);
  });

  test('is made at once, eight times in a row, and never more than five are kept', async () => {
    for (let i = 0; i < 8; i += 1) {
      await make(`ec2:Action${i}`);
      expect(inForce()).toBe(document(`ec2:Action${i}`));
    }
    expect(policy()?.versions).toHaveLength(5);
  });

  test('is made after a list that was too old to show that there is no room', async () => {
    account.fail('CreatePolicyVersion', limitExceeded('PolicyVersions', 5), 2);
    await make();
    expect(inForce()).toBe(document('ec2:Desired'));
  });

  test('is told when there is no room for good', async () => {
    account.fail('CreatePolicyVersion', limitExceeded('PolicyVersions', 5), 1000);
    await expect(make()).rejects.toThrow('LimitExceeded');
  });
});

test('versions are told the oldest first, by number', async () => {
  for (let i = 0; i < 3; i += 1) await make(`ec2:Action${i}`);
  policy()?.versions.reverse();
  const versions = await account.wait(policyVersions(account.connection, ARN));
  expect(versions.map(({ VersionId }) => VersionId)).toEqual(['v1', 'v2', 'v3', 'v4']);
});

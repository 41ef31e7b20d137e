import { describe, expect, test } from 'vitest';
import { simulate } from '../../../src/iam/simulation.ts';
import { useAccount } from '../../support/account.ts';
import { invalidInput } from '../../support/memory-aws/iam-errors.ts';

const account = useAccount();
const ARN = 'arn:aws:iam::123456789012:user/user';
const document = (Effect: string, ...Action: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });
const asked = (...actions: string[]) =>
  account.wait(
    simulate(account.connection, ARN, document('Allow', ...actions), [{ actions, resource: '*' }]),
  );

describe('a simulation', () => {
  test('tells apart what an organisation and what a boundary takes away', async () => {
    account.aws.serviceControlPolicies = [document('Deny', 'ec2:RunInstances')];
    const boundary = account.aws.addForeignPolicy('boundary');
    for (const version of boundary.versions) version.document = document('Allow', 'ec2:*');
    account.aws.addForeignUser('user').boundaryArn = boundary.arn;
    expect(await asked('ec2:RunInstances', 'kms:CreateGrant', 'ec2:CreateVpc')).toEqual({
      byOrganization: ['ec2:RunInstances'],
      byBoundary: ['kms:CreateGrant'],
    });
  });

  test('reads what the policies of the user itself deny as nothing that is taken away', async () => {
    account.aws.addForeignUser('user');
    expect(await asked('ec2:RunInstances')).toEqual({ byOrganization: [], byBoundary: [] });
  });

  test('reads all pages', async () => {
    account.aws.addForeignUser('user');
    account.aws.pageSize = 1;
    account.aws.serviceControlPolicies = [document('Deny', 'c:*')];
    expect(await asked('a:a', 'b:b', 'c:c')).toEqual({ byOrganization: ['c:c'], byBoundary: [] });
  });

  test('asks as if the policy were attached, as that may not be known yet', async () => {
    account.aws.addForeignUser('user');
    await asked('ec2:RunInstances');
    const [call] = account.aws.calls.filter(({ action }) => action === 'SimulatePrincipalPolicy');
    expect(call?.input).toMatchObject({ PolicyInputList: [document('Allow', 'ec2:RunInstances')] });
  });

  test('asks apart of what IAM does not judge together', async () => {
    account.aws.addForeignUser('user');
    account.aws.simulatedApart = ['c:c', 'e:e'];
    account.aws.serviceControlPolicies = [document('Deny', 'b:b', 'c:c')];
    expect(await asked('a:a', 'b:b', 'c:c', 'd:d', 'e:e')).toEqual({
      byOrganization: ['b:b', 'c:c'],
      byBoundary: [],
    });
    const asks = account.aws.calls.filter(({ action, error }) => action.startsWith('Simulate') && !error);
    expect(asks.map(({ input }) => input.ActionNames)).toEqual([
      ['a:a', 'b:b', 'd:d'],
      ['c:c', 'e:e'],
    ]);
  });

  test('does not go on asking what IAM will not answer', async () => {
    account.aws.addForeignUser('user');
    account.fail('SimulatePrincipalPolicy', invalidInput('The action is invalid'), Number.POSITIVE_INFINITY);
    await expect(asked('a:a', 'b:b')).rejects.toThrow('The action is invalid');
    expect(account.aws.calls).toHaveLength(1);
  });

  test('waits for a user that was made a moment ago', async () => {
    setTimeout(() => account.aws.addForeignUser('user'), 5000);
    expect(await asked('ec2:RunInstances')).toEqual({ byOrganization: [], byBoundary: [] });
  });

  test('of nobody fails in the end', async () => {
    await expect(asked('ec2:RunInstances')).rejects.toThrow('SimulatePrincipalPolicy failed');
  });
});

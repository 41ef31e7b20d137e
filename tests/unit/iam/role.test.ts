import { describe, expect, test } from 'vitest';
import { role } from '../../../src/iam/role.ts';
import { useAccount } from '../../support/account.ts';
import type { Role } from '../../support/memory-aws/iam-state.ts';

const account = useAccount();
const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
  });
const POLICY = 'arn:aws:iam::123456789012:policy/Policy';

const wanted = () =>
  role(
    account.connection,
    { name: 'role', arn: '', trust: trust('ec2.amazonaws.com'), policyArn: POLICY, wanted: true },
    {},
    { desired: '', before: '' },
  );
const live = () => account.aws.roles.role as Role;

async function converge(): Promise<string[]> {
  account.aws.forgetCalls();
  const found = await account.wait(wanted().observe());
  if (!found) throw new Error('The role is missing.');
  for (const step of wanted().shape(found)) await account.wait(step());
  return account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
}

describe('who may assume a role', () => {
  test('is said in the call that makes it', async () => {
    await account.wait(wanted().create());
    expect(account.aws.calls.map(({ action }) => action)).toEqual(['CreateRole']);
    expect(live().trust).toBe(trust('ec2.amazonaws.com'));
  });

  test('is set right, in whatever order it is written', async () => {
    const there = account.aws.addForeignRole('role');
    Object.assign(there, { trust: trust('lambda.amazonaws.com'), attached: [POLICY] });
    expect(await converge()).toEqual(['UpdateAssumeRolePolicy']);
    expect(live().trust).toBe(trust('ec2.amazonaws.com'));
    const { Statement, Version } = JSON.parse(live().trust);
    live().trust = JSON.stringify({ Statement: Statement[0], Version });
    expect(await converge()).toEqual([]);
  });
});

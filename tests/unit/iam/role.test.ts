import { describe, expect, test } from 'vitest';
import { role } from '../../../src/iam/role.ts';
import { useAccount } from '../../support/account.ts';
import type { Role } from '../../support/memory-aws/iam-state.ts';
import { POLICY, TAGS, testHolder } from './holders.ts';

const account = useAccount();
const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
  });
const EC2 = trust('ec2.amazonaws.com');
const LAMBDA = trust('lambda.amazonaws.com');
const desired = (boundaryArn = '', policyArn = POLICY) => ({
  ...{ name: 'role', arn: '', tags: TAGS, trust: EC2 },
  boundaryArn,
  policyArn,
});
const resource = () => role(account.connection, desired());
const live = () => account.aws.roles.role as Role;

describe('a role', () => {
  testHolder(account, {
    kind: 'role',
    Kind: 'Role',
    resource: (boundaryArn, policyArn) => role(account.connection, desired(boundaryArn, policyArn)),
    diff: (observed, boundaryArn, mayBe, own) =>
      role(account.connection, desired(boundaryArn))
        .diff(
          { trust: encodeURIComponent(EC2), ...observed },
          mayBe.map((state) => state && { ...desired(boundaryArn), ...state }),
          own,
        )
        .filter(({ difference }) => !difference.startsWith('its trust policy')),
    live,
    add: () => Object.assign(account.aws.addForeignRole('role'), { trust: EC2 }),
    byHand: { description: 'by hand', maxSessionDuration: 7200 },
  });
});

test('of a role Team and team are one tag key', () => {
  expect(resource().keyCase).toBe('ignored');
});

describe('who may assume a role', () => {
  async function reconcile(mayBe: string[] = []): Promise<string[]> {
    account.aws.forgetCalls();
    const found = await account.wait(resource().observe());
    if (!found) throw new Error('The role is missing.');
    const changes = resource().diff(
      found,
      mayBe.map((text) => ({ ...desired(), trust: text })),
      [],
    );
    for (const { apply } of changes) await account.wait(apply());
    return account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
  }

  test('is said in the call that makes it', async () => {
    await account.wait(resource().create());
    expect(account.aws.calls.map(({ action }) => action)).toEqual(['CreateRole']);
    expect(live().trust).toBe(EC2);
  });

  test('is set right, and left alone in whatever order it is written', async () => {
    Object.assign(account.aws.addForeignRole('role'), { trust: LAMBDA, attached: [POLICY] });
    expect(await reconcile()).toEqual(['UpdateAssumeRolePolicy']);
    expect(live().trust).toBe(EC2);
    const { Statement, Version } = JSON.parse(live().trust);
    live().trust = JSON.stringify({ Statement: Statement[0], Version });
    expect(await reconcile()).toEqual([]);
  });

  test('is set again if the ledger knows another state that may be in force', async () => {
    Object.assign(account.aws.addForeignRole('role'), { trust: EC2, attached: [POLICY] });
    expect(await reconcile([LAMBDA])).toEqual(['UpdateAssumeRolePolicy']);
  });
});

import { describe, expect, test } from 'vitest';
import { CONSOLE_ROLE, NODE_ROLE, USER, useAccount } from '../support/account.ts';
import { harshestDay } from '../support/harsh-days.ts';
import { depth } from '../support/memory-aws/calls.ts';
import { updateEvent } from '../support/memory-aws/events.ts';
import {
  bookmark,
  expectIntact,
  expectSuccess,
  known,
  settled,
  soon,
  takenBack,
  updated,
} from './journey.ts';

const account = useAccount();
const BOUNDARY = 'arn:aws:iam::123456789012:policy/boundary';
const document = (Effect: string, Action: string | string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });

/** A service control policy that denies. */
const deny = (...actions: string[]) => {
  account.aws.serviceControlPolicies = [document('Deny', actions)];
};
/** A boundary that allows nothing but this. */
const bound = (...actions: string[]) => {
  const policy = account.aws.addForeignPolicy('boundary');
  for (const version of policy.versions) version.document = document('Allow', actions);
  return { PermissionsBoundaryArn: BOUNDARY };
};
const simulations = (calls: { action: string }[]) =>
  calls.filter(({ action }) => action === 'SimulatePrincipalPolicy').length;

describe('a preflight that warns', () => {
  test('finds nothing where no organisation and no boundary takes anything away', async () => {
    const { answer, calls } = await account.create();
    expect(answer.Data).toMatchObject({ PreflightFindings: '0', Warnings: '' });
    expect(simulations(calls)).toBe(8);
  });

  test('names what a service control policy denies, of whom, and who can change that', async () => {
    deny('ec2:RunInstances', 'ec2:CreateVolume', 's3:*');
    const { answer, log } = await account.create();
    expectSuccess(answer);
    const words =
      `A service control policy of the organisation takes from the user "${USER}", the role "${CONSOLE_ROLE}", ` +
      `the role "${NODE_ROLE}" what Redis needs: ec2:RunInstances, ec2:CreateVolume. The people who manage the ` +
      'organisation can change that. There may be more, as AWS does not simulate policies with conditions.';
    expect(answer.Data).toMatchObject({ PreflightFindings: '2', Warnings: words });
    expect(log).toContain(JSON.stringify({ level: 'warning', warning: words }));
  });

  test('names what a boundary does not allow, and the boundary', async () => {
    const { answer } = await account.create(bound('ec2:*', 'cloudwatch:*', 'kms:*', 'iam:*'));
    expect(answer.Data?.PreflightFindings).toBe('0');
    await account.delete();
    delete account.aws.policies[BOUNDARY];
    soon(60_000);
    const other = await account.create({
      ...bound('ec2:*', 'cloudwatch:*', 'iam:*'),
      DeletionProtection: 'Off',
    });
    expect(other.answer.Data).toMatchObject({
      PreflightFindings: '5',
      Warnings: expect.stringContaining(`The permissions boundary ${BOUNDARY} takes from the user "${USER}"`),
    });
  });

  test('asks about resources that there can be: a boundary may allow to pass the one role', async () => {
    const policy = account.aws.addForeignPolicy('boundary');
    const statement = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
    const Statement = [
      statement(['ec2:*', 'cloudwatch:*', 'kms:*', 'iam:Get*', 'iam:List*', 'iam:Simulate*'], '*'),
      statement(['iam:PassRole'], `arn:aws:iam::123456789012:role/${NODE_ROLE}`),
      statement(
        ['iam:ChangePassword', 'iam:GetUser', 'iam:GetUserPolicy'],
        `arn:aws:iam::123456789012:user/${USER}`,
      ),
      statement(
        ['iam:CreateServiceLinkedRole', 'iam:AttachRolePolicy', 'iam:PutRolePolicy'],
        'arn:aws:iam::*:role/aws-service-role/transitgateway.amazonaws.com/AWSServiceRoleForVPCTransitGateway*',
      ),
    ];
    for (const version of policy.versions) version.document = JSON.stringify({ Statement });
    const { answer } = await account.create({ PermissionsBoundaryArn: BOUNDARY });
    expect(answer.Data?.PreflightFindings).toBe('0');
  });

  test('adds no call in a row: neither to a Create nor to an Update of nothing', async () => {
    account.aws.latency = 50;
    const create = await account.create();
    soon();
    const update = await account.update({});
    for (const { calls } of [create, update]) {
      const without = calls.filter(({ action }) => action !== 'SimulatePrincipalPolicy');
      expect(simulations(calls)).toBe(8);
      expect(depth(calls)).toBe(depth(without));
    }
    expect(update.writes).toEqual([]);
    expect(update.answer.Data?.PreflightFindings).toBe('0');
  });

  test('is a warning and no failure when it is denied, throttled or hangs', async () => {
    for (const fault of ['explicitDeny', 'accessDenied', 'error500', 'hang'] as const) {
      account.fail('SimulatePrincipalPolicy', fault, Number.POSITIVE_INFINITY);
      const { answer } = await account.create();
      expectSuccess(answer);
      expect(answer.Data?.PreflightFindings).toBe('0');
      expect(answer.Data?.Warnings).toContain(
        'takes anything from Redis is not known. SimulatePrincipalPolicy failed',
      );
      account.aws.faults.length = 0;
      soon(60_000);
      await account.delete();
      soon(60_000);
    }
  });

  test('is answered where IAM does not simulate all actions together', async () => {
    deny('kms:RevokeGrant', 'ec2:RunInstances');
    account.aws.simulatedApart = ['iam:CreateServiceLinkedRole', 'ec2:RunInstances', 'ec2:CreateTags'];
    const { answer } = await account.create();
    expect(answer.Data?.PreflightFindings).toBe('2');
    expect(answer.Data?.Warnings).not.toContain('is not known');
  });

  test('reads every page', async () => {
    deny('kms:RevokeGrant');
    account.aws.pageSize = 3;
    expect((await account.create()).answer.Data?.PreflightFindings).toBe('1');
  });

  test('is right on the harsh AWS', async () => {
    deny('ec2:RunInstances');
    for (let seed = 1; seed <= 10; seed += 1) {
      harshestDay(account.aws, seed);
      const { answer } = await account.create({ DeletionProtection: 'Off' });
      expect([seed, answer.Data?.PreflightFindings]).toEqual([seed, '1']);
      soon(60_000);
      await account.delete();
      soon(60_000);
    }
  });

  test('looks at a boundary when it is set, not before', async () => {
    await settled(account);
    const { answer } = await account.update(bound('cloudwatch:*', 'kms:*', 'iam:*'));
    expect(Number(answer.Data?.PreflightFindings)).toBeGreaterThan(50);
    const back = await account.update({ PermissionsBoundaryArn: null });
    expect(back.answer.Data?.PreflightFindings).toBe('0');
  });
});

test('a preflight that is off asks nothing, and its attribute is empty', async () => {
  deny('ec2:RunInstances');
  const { answer, calls } = await account.create({ Preflight: 'Off' });
  expect(answer.Data).toMatchObject({ PreflightFindings: '', Warnings: '' });
  expect(simulations(calls)).toBe(0);
});

describe('a preflight that fails', () => {
  const FAIL = { Preflight: 'Fail', DeletionProtection: 'Off' };

  test('fails a Create before an access key is made, and what was made goes with the Delete', async () => {
    deny('ec2:RunInstances');
    const { answer, writes } = await account.create(FAIL);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(
        /ec2:RunInstances.* No access key was made or registered, as Preflight is Fail\./,
      ),
    });
    expect(writes).not.toContain('CreateAccessKey');
    expect(writes).not.toContain('CreateLoginProfile');
    soon();
    await account.delete();
    expect(account.entities()).toEqual([]);
  });

  test('adds no call in a row to a Create that nothing is taken from', async () => {
    account.aws.latency = 50;
    const back = bookmark(account);
    const { answer, calls } = await account.create(FAIL);
    expectSuccess(answer);
    back();
    const off = await account.create({ ...FAIL, Preflight: 'Off' });
    const inARow = (all: typeof calls) => depth(all.filter(({ service }) => service !== 'dynamodb'));
    expect(inARow(calls)).toBe(inARow(off.calls));
  });

  test('fails an Update that sets a boundary which takes something away, and the way back is only warned', async () => {
    const before = await settled(account, FAIL);
    const wish = { ...account.properties, ...bound('cloudwatch:*') };
    const { answer } = await account.send(updateEvent(account.id, wish, account.properties));
    expect(answer.Status).toBe('FAILED');
    soon();
    await takenBack(account, before, { id: account.id, properties: wish });
    expectIntact(account, before);
  });

  test('lets an Update through that changes nothing of what is taken away', async () => {
    await settled(account, FAIL);
    deny('ec2:RunInstances');
    const { answer } = await account.update({ Tags: 'Team=data', AccessKeySerial: 2 });
    expectSuccess(answer);
    expect(answer.Data?.PreflightFindings).toBe('1');
  });

  test('takes nothing for what the roll-back goes back to, though it was in force before and is not now', async () => {
    const before = await settled(account, FAIL);
    const after = await updated(account, { Preflight: 'Warn' });
    deny('ec2:RunInstances');
    await takenBack(account, before, after);
    expectIntact(account, before);
  });

  test('fails the Update that asks for it where something is taken away already', async () => {
    await settled(account);
    deny('ec2:RunInstances');
    const { answer } = await account.update({ Preflight: 'Fail' });
    expect(answer.Status).toBe('FAILED');
    soon();
    expectIntact(account, known(account));
  });

  test('fails a rename whose new user is taken something from, and leaves the old one', async () => {
    const before = await settled(account, FAIL);
    deny('ec2:RunInstances');
    const { answer } = await account.update({ UserName: 'other-user' });
    expect(answer.Status).toBe('FAILED');
    soon();
    expectIntact(account, before);
  });

  test('asks on the way back when the boundary of the Update that failed is off again', async () => {
    const before = await settled(account, FAIL);
    const wish = { ...account.properties, ...bound('cloudwatch:*') };
    expect((await account.send(updateEvent(account.id, wish, account.properties))).answer.Status).toBe(
      'FAILED',
    );
    soon();
    const { answer } = await account.send(updateEvent(before.id, before.properties, wish));
    expect(answer.Data).toMatchObject({ PreflightFindings: '0', Warnings: '' });
  });

  test('fails an Update whose policy grants more, of which something is taken away', async () => {
    await settled(account, FAIL);
    deny('s3:GetObject');
    const { answer } = await account.update({ InstancePolicyDocument: document('Allow', 's3:GetObject') });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('s3:GetObject') });
  });

  test('does not take the patience from calls that are denied for a while', async () => {
    account.fail('SimulatePrincipalPolicy', 'accessDenied', Number.POSITIVE_INFINITY);
    account.fail('CreateAccessKey', 'accessDenied', 3);
    expectSuccess((await account.create(FAIL)).answer);
  });

  test('is no failure when it could not be asked', async () => {
    account.fail('SimulatePrincipalPolicy', 'explicitDeny', Number.POSITIVE_INFINITY);
    expectSuccess((await account.create(FAIL)).answer);
  });
});

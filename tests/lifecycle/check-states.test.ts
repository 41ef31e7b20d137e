import { describe, expect, test } from 'vitest';
import { policyEdition } from '../../src/bundle/policy-documents.ts';
import { USER, useAccount } from '../support/account.ts';
import { updateEvent } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';
import { ledgerTable } from '../support/memory-aws/world.ts';
import { said, sendCheck } from './checking.ts';
import { settled, soon, updated } from './journey.ts';

const account = useAccount();
const DAY = 86_400_000;

describe('what a check says of a bundle that it does not compare', () => {
  test('one that never was is gone, and no metric tells of it', async () => {
    const result = await sendCheck(account);
    expect(result).toMatchObject({ state: 'gone', drift: [], metrics: {} });
    expect(result.log.join()).not.toContain('_aws');
  });

  test('one that was deleted is gone', async () => {
    await settled(account);
    await account.delete();
    expect(await sendCheck(account)).toMatchObject({ state: 'gone', drift: [] });
  });

  test('one that a request is working on is said to be at work, whatever is changed by then', async () => {
    await settled(account);
    account.user().groups.push('people');
    const other = setInterval(() => beat(), 3000);
    beat();
    const result = await sendCheck(account);
    clearInterval(other);
    expect(result).toMatchObject({ state: 'working', drift: [], metrics: { Drift: 0 } });
  });

  test('the lease of a run that has died hides nothing', async () => {
    await settled(account);
    account.fail('TagUser', 'crashAfter');
    await invoke(
      account.place,
      updateEvent(account.id, { ...account.properties, Tags: 'Team=data' }, account.properties),
    );
    soon(60_000);
    account.user().groups.push('people');
    const result = await sendCheck(account);
    expect(result.state).toBe('checked');
    expect(said(result)).toContain(`user ${USER}: it has the group people and should have none`);
  });

  test('a suspended bundle is said to be suspended, and its locked keys are no drift', async () => {
    await settled(account);
    await updated(account, { Access: 'Suspended' });
    expect(await sendCheck(account, { mode: 'Repair' })).toMatchObject({
      state: 'suspended',
      drift: [],
      metrics: { Drift: 0, Suspended: 1 },
      writes: [],
    });
    await updated(account, { Access: 'Active' });
    soon(60_000);
    const { state, drift, metrics } = await sendCheck(account);
    expect([state, drift, metrics.Suspended]).toEqual(['checked', [], 0]);
  });

  test('AWSDenyAll on a bundle that is not suspended is drift', async () => {
    await settled(account);
    account.user().attached.push('arn:aws:iam::aws:policy/AWSDenyAll');
    expect(said(await sendCheck(account))).toHaveLength(1);
  });
});

/** Another request holds the lease, and lives. */
function beat(): void {
  const item = Object.values(account.aws.ledger[ledgerTable()] ?? {})[0];
  const state = JSON.parse(item?.state?.S ?? '{}');
  state.lease ??= { holder: 'other', request: { key: 'other', kind: 'Update' }, beats: 0, since: 'now' };
  state.lease.beats += 1;
  Object.assign(item?.state ?? {}, { S: JSON.stringify(state) });
}

describe('the metrics of a check', () => {
  test('are one line in the embedded metric format, and in the answer', async () => {
    await settled(account, { PolicyRevision: policyEdition({}) });
    soon(3 * DAY);
    account.aws.useAccessKey(account.content()?.accessKeyId ?? '');
    soon(DAY);
    const role = account.aws.roles['redislabs-cluster-node-role'];
    if (role) role.lastUsed = Date.now() - DAY / 2;
    const { metrics, log } = await sendCheck(account);
    expect(metrics).toEqual({
      Drift: 0,
      Suspended: 0,
      PolicyEditionCurrent: 1,
      AccessKeyAgeDays: 4,
      AccessKeyIdleDays: 1,
      InstanceRoleIdleDays: 0.5,
    });
    const lines = log.filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line));
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'RvAccessBundle',
              Dimensions: [['StackName', 'LogicalResourceId']],
              Metrics: Object.keys(metrics).map((Name) => ({ Name })),
            },
          ],
        },
        StackName: 'redis-access',
        LogicalResourceId: 'Bundle',
        ...metrics,
      },
    ]);
  });

  test('tell of policies of another edition than the function has', async () => {
    await settled(account, { PolicyRevision: '0123456789abcdef' });
    expect((await sendCheck(account)).metrics.PolicyEditionCurrent).toBe(0);
  });

  test('take the probe of the function for no use', async () => {
    await settled(account);
    soon(2 * DAY);
    account.aws.useAccessKey(account.content()?.accessKeyId ?? '', 'sts');
    expect((await sendCheck(account)).metrics.AccessKeyIdleDays).toBe(2);
  });
});

describe('a check that fails', () => {
  test('throws words alone: no SDK error with its request is in it', async () => {
    await settled(account);
    account.fail('GetItem', 'explicitDeny', 5);
    const error = await sendCheck(account).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'FunctionError', message: expect.stringContaining('The ledger') });
    expect(Object.keys(error as object)).toEqual(['name']);
    expect((error as Error).cause).toBeUndefined();
  });

  test('for a mode that there is not says which there are', async () => {
    await expect(sendCheck(account, { mode: 'Destroy' as never })).rejects.toThrow('Report or Repair');
  });

  test('for a stack that is none says so', async () => {
    await expect(sendCheck(account, { stackId: 'x' })).rejects.toThrow('is not the ARN');
  });

  test('of what cannot be read is a finding, as somebody has taken a tag off or the role its right', async () => {
    await settled(account);
    account.fail('GetSecretValue', 'explicitDeny', Number.POSITIVE_INFINITY);
    expect(said(await sendCheck(account))).toEqual([
      expect.stringContaining('it could not be looked at, as GetSecretValue was answered with AccessDenied'),
    ]);
  });
});

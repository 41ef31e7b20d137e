import { describe, expect, test, vi } from 'vitest';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234';
const MULTI_REGION_KEY = 'arn:aws:kms:us-east-1:123456789012:key/mrk-1234';
const regions = () => account.secret().replicas.map(({ region }) => region);

describe('replicas', () => {
  test('come after the secret: it is created without them, and replicated then, though one call may be denied', async () => {
    account.aws.deniesReplicasAtCreate = true;
    const { answer, calls, writes } = await account.create({ ReplicaRegions: 'eu-west-1' });
    expect(answer.Status).toBe('SUCCESS');
    expect(calls.find(({ action }) => action === 'CreateSecret')?.input).not.toHaveProperty(
      'AddReplicaRegions',
    );
    expect(writes.indexOf('CreateSecret')).toBeLessThan(writes.indexOf('ReplicateSecretToRegions'));
    expect(writes.indexOf('ReplicateSecretToRegions')).toBeLessThan(writes.indexOf('CreateAccessKey'));
    expect(regions()).toEqual(['eu-west-1']);
  });

  test('are made, added and removed', async () => {
    await account.create({ ReplicaRegions: 'eu-west-1' });
    await account.update({ ReplicaRegions: 'us-west-2,eu-west-1' });
    expect(regions().sort()).toEqual(['eu-west-1', 'us-west-2']);
    await account.update({ ReplicaRegions: 'us-west-2' });
    expect(regions()).toEqual(['us-west-2']);
    expect((await account.update({})).writes).toEqual([]);
  });

  test('that somebody else made stay', async () => {
    await account.create({ ReplicaRegions: 'eu-west-1' });
    account.secret().replicas.push({ region: 'ap-south-1' });
    await account.update({ ReplicaRegions: null });
    expect(regions()).toEqual(['ap-south-1']);
  });

  test('are encrypted with the replica of a multi-Region key, with AWS’s own otherwise', async () => {
    await account.create({ KmsKeyArn: MULTI_REGION_KEY, ReplicaRegions: 'eu-west-1' });
    expect(account.secret().replicas).toMatchObject([
      { region: 'eu-west-1', kmsKeyId: MULTI_REGION_KEY.replace('us-east-1', 'eu-west-1') },
    ]);
    await account.update({ KmsKeyArn: KEY, ReplicaRegions: 'eu-west-1,us-west-2' });
    expect(account.secret().replicas.find(({ region }) => region === 'us-west-2')).not.toHaveProperty(
      'kmsKeyId',
    );
  });
});

describe('a success', () => {
  test('waits until all replicas are in sync', async () => {
    account.aws.lag.replication = 12_000;
    const { answer, invocation } = await account.create({ ReplicaRegions: 'eu-west-1,us-west-2' });
    expect(answer.Status).toBe('SUCCESS');
    expect(invocation.endedAt - invocation.startedAt).toBeGreaterThanOrEqual(12_000);
    expect(account.secret().replicas.every(({ readyAt = 0 }) => readyAt <= Date.now())).toBe(true);
  });

  test('is not held up for longer than 45 s by a replica that takes its time; one that fails later is made anew', async () => {
    account.aws.lag.replication = 600_000;
    const { answer, invocation } = await account.create({ ReplicaRegions: 'eu-west-1' });
    expect(answer.Status).toBe('SUCCESS');
    const took = invocation.endedAt - invocation.startedAt;
    expect(took).toBeGreaterThanOrEqual(45_000);
    expect(took).toBeLessThan(60_000);
    account.aws.lag.replication = 0;
    vi.setSystemTime(Date.now() + 700_000);
    account.aws.failingReplicas['eu-west-1'] = 'It is stuck.';
    account.before('RemoveRegionsFromReplication', () => {
      account.aws.failingReplicas = {};
    });
    const { answer: next, writes } = await account.update({ Tags: 'Team=Data' });
    expect(next.Status).toBe('SUCCESS');
    expect(writes).toEqual(
      expect.arrayContaining(['RemoveRegionsFromReplication', 'ReplicateSecretToRegions']),
    );
  });

  test('does not come when a replica has failed: its Region and AWS’s own words are told', async () => {
    account.aws.failingReplicas['eu-west-1'] = 'Replication failed: a secret of this name is there.';
    const { answer, writes } = await account.create({ ReplicaRegions: 'eu-west-1,us-west-2' });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(
      'The replica of the secret "rv-access/redislabs-user" in eu-west-1 failed: Replication failed: a secret of this name ' +
        'is there. Remove the cause, or take the Region out of ReplicaRegions; the next update makes it anew.',
    );
    expect(writes).not.toContain('CreateAccessKey');
  });
});

describe('a replica that has failed', () => {
  const failed = async () => {
    await account.create();
    account.aws.failingReplicas['eu-west-1'] = 'It is stuck.';
    const update = await account.update({ ReplicaRegions: 'eu-west-1' });
    expect(update.answer.Status).toBe('FAILED');
  };

  test('is made anew by the next update, when its cause is gone', async () => {
    await failed();
    account.before('RemoveRegionsFromReplication', () => {
      account.aws.failingReplicas = {};
    });
    const { answer, writes } = await account.update({ ReplicaRegions: 'eu-west-1' });
    expect(answer.Status).toBe('SUCCESS');
    expect(writes).toEqual(
      expect.arrayContaining(['RemoveRegionsFromReplication', 'ReplicateSecretToRegions']),
    );
    expect((await account.update({})).writes).toEqual([]);
  });

  test('goes with the roll-back of the update that wanted it', async () => {
    await failed();
    expect((await account.update({})).answer.Status).toBe('SUCCESS');
    expect(regions()).toEqual([]);
  });

  test('does not keep a Delete from removing the secret', async () => {
    account.properties = {};
    await failed();
    account.properties = { DeletionProtection: 'Off' };
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });
});

test('a replica whose answer was lost is there, and not asked for again', async () => {
  account.fail('ReplicateSecretToRegions', 'lostAnswer500');
  expect((await account.create({ ReplicaRegions: 'eu-west-1' })).answer.Status).toBe('SUCCESS');
  expect(regions()).toEqual(['eu-west-1']);
});

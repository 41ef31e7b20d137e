import { describe, expect, test } from 'vitest';
import { secretToDelete } from '../../../src/secret/delete.ts';
import { SECRET, useAccount } from '../../support/account.ts';
import { secretsError } from '../../support/memory-aws/secrets-errors.ts';

const account = useAccount();
const DAY = 86_400_000;
const go = async (days = 7) => {
  const found = await account.wait(secretToDelete(account.connection, SECRET, days));
  await account.wait(found.delete());
  return found;
};

describe('a secret that is to go', () => {
  test('is scheduled for deletion for as long as was asked; its values are not read', async () => {
    account.aws.addForeignSecret(SECRET, '{}', { Team: 'Data' });
    expect((await go()).tags).toEqual({ Team: 'Data' });
    expect(account.secret().deletion).toEqual({ requestedAt: Date.now(), dueAt: Date.now() + 7 * DAY });
    expect(account.aws.calls.map(({ action }) => action)).toEqual(['DescribeSecret', 'DeleteSecret']);
  });

  test('goes at once if it may not be restored', async () => {
    account.aws.addForeignSecret(SECRET);
    await go(0);
    expect(account.aws.secrets).toEqual({});
  });

  test('that is scheduled already, or gone, is as good', async () => {
    account.aws.addForeignSecret(SECRET).deletion = { requestedAt: 0, dueAt: Date.now() + DAY };
    const { deletion } = account.secret();
    await go();
    expect(account.secret().deletion).toEqual(deletion);
    account.aws.secrets = {};
    expect((await go()).tags).toBeUndefined();
  });

  test.each([0, 20_000])(
    'with replicas, which take %i ms to go, is rid of them first',
    async (replication) => {
      account.aws.addForeignSecret(SECRET).replicas = [{ region: 'eu-west-1' }, { region: 'us-west-2' }];
      account.aws.lag.replication = replication;
      await go();
      expect(account.secret()).toMatchObject({ replicas: [], deletion: expect.anything() });
    },
  );

  test('with replicas that no read had shown is rid of them when AWS refuses', async () => {
    account.aws.addForeignSecret(SECRET);
    account.before('DeleteSecret', () => {
      account.secret().replicas = [{ region: 'eu-west-1' }];
    });
    await go();
    expect(account.secret()).toMatchObject({ replicas: [], deletion: expect.anything() });
  });

  test('whose replicas somebody has removed meanwhile goes all the same', async () => {
    account.aws.addForeignSecret(SECRET).replicas = [{ region: 'eu-west-1' }];
    account.before('RemoveRegionsFromReplication', () => {
      account.secret().replicas = [];
    });
    await go();
    expect(account.secret().deletion).toBeDefined();
  });

  test('that AWS refuses to delete for another reason is told', async () => {
    account.aws.addForeignSecret(SECRET);
    account.fail('DeleteSecret', secretsError('InvalidRequestException', 'It is busy.'), 1000);
    await expect(go()).rejects.toThrow('It is busy');
  });
});

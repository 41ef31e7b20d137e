import { describe, expect, test } from 'vitest';
import { type Result, useAccount } from '../support/account.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };

const position = ({ writes }: Result, action: string) => writes.indexOf(action);
const lastPosition = ({ writes }: Result, action: string) => writes.lastIndexOf(action);

describe('the order of a Delete', () => {
  test('is the secret first, then whatever lets somebody in, then the rest, the policies last', async () => {
    await account.create(OFF);
    await account.update({ AccessKeySerial: 2 });
    const result = await account.delete();
    expect(result.answer.Status).toBe('SUCCESS');
    const groups = [
      ['DeleteSecret'],
      ['UpdateAccessKey', 'DeleteLoginProfile'],
      ['DeleteAccessKey', 'DetachUserPolicy', 'DetachRolePolicy', 'RemoveRoleFromInstanceProfile'],
      ['DeleteUser', 'DeleteRole', 'DeleteInstanceProfile'],
      ['DeletePolicy'],
    ];
    expect(new Set(result.writes)).toEqual(new Set(groups.flat()));
    for (const [index, group] of groups.slice(1).entries())
      for (const action of group)
        for (const earlier of groups[index] ?? [])
          expect(lastPosition(result, earlier), `${earlier} before ${action}`).toBeLessThan(
            position(result, action),
          );
  });

  test('is the same call once only: everything is read once, and taken off once', async () => {
    await account.create(OFF);
    const { calls } = await account.delete();
    const sent = calls.map(({ action, target, input }) => `${action} ${target?.name} ${input.PolicyArn}`);
    expect(sent.toSorted()).toEqual([...new Set(sent)].sort());
  });

  test('waits with the policies for those who held them, however slow that is', async () => {
    await account.create(OFF);
    const left: string[] = [];
    account.aws.gate = async ({ action }) => {
      if (action === 'DeleteUser') await new Promise((resolve) => setTimeout(resolve, 5000));
      if (action === 'DeletePolicy') left.push(...Object.keys(account.aws.users));
    };
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(left).toEqual([]);
  });

  test('waits for the secret to be out of reach before a key dies, however slow that is', async () => {
    await account.create(OFF);
    const scheduled: boolean[] = [];
    account.aws.gate = async ({ action }) => {
      if (action === 'DeleteSecret') await new Promise((resolve) => setTimeout(resolve, 5000));
      if (action === 'UpdateAccessKey') scheduled.push(account.secret().deletion !== undefined);
    };
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(scheduled).toEqual([true]);
  });
});

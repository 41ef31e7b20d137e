import { describe, expect, test } from 'vitest';
import { type Result, USER, useAccount } from '../support/account.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };

const position = ({ writes }: Result, action: string) => writes.indexOf(action);
const lastPosition = ({ writes }: Result, action: string) => writes.lastIndexOf(action);

describe('the order of a Delete', () => {
  test('is whatever lets somebody in first, then what hangs on things, then those with the secret, the policies last', async () => {
    await account.create(OFF);
    await account.update({ AccessKeySerial: 2 });
    const result = await account.delete();
    expect(result.answer.Status).toBe('SUCCESS');
    const groups = [
      ['UpdateAccessKey', 'DeleteLoginProfile'],
      ['DeleteAccessKey', 'DetachUserPolicy', 'DetachRolePolicy', 'RemoveRoleFromInstanceProfile'],
      ['DeleteUser', 'DeleteRole', 'DeleteInstanceProfile', 'DeleteSecret'],
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

  test('reads everything once, and deletes it once', async () => {
    await account.create(OFF);
    const { calls } = await account.delete();
    const sent = calls
      .filter(({ action }) => /^(Get|List|Describe|Delete)(?!Item)/.test(action))
      .map(({ action, target, input }) => `${action} ${target?.name} ${input.PolicyArn}`);
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

  test('revokes every credential before anything else changes, however slow that is', async () => {
    await account.create(OFF);
    const works: boolean[] = [];
    account.aws.gate = async ({ action }) => {
      if (action === 'UpdateAccessKey') await new Promise((resolve) => setTimeout(resolve, 5000));
      if (/^Detach|^DeleteRole$|^DeleteSecret/.test(action))
        works.push(account.aws.users[USER]?.accessKeys.some(({ active }) => active) === true);
    };
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(works.length).toBeGreaterThan(3);
    expect(works).not.toContain(true);
  });
});

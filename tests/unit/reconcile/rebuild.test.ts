import { beforeEach, expect, test } from 'vitest';
import { emptyState } from '../../../src/ledger/state.ts';
import { namesOwnedBy } from '../../faults/ledger.ts';
import { USER, useAccount } from '../../support/account.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

const account = useAccount();
const state = () => {
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  return { ...emptyState(), ...JSON.parse(item?.state?.S ?? '{}') };
};

beforeEach(async () => {
  await account.create({ DeletionProtection: 'Off' });
  await account.update({ AccessKeySerial: 2 });
});

test('a ledger that was lost is written anew from the tags and the labelled versions of the secret', async () => {
  const before = state();
  account.aws.ledger = { [ledgerTable()]: {} };
  const { answer, writes, log } = await account.update({});
  expect(answer.Status).toBe('SUCCESS');
  expect(log).toContain('The ledger knew nothing of this bundle although resources with its tag are there');
  expect(writes).not.toContain('CreateAccessKey');
  expect(namesOwnedBy(account.aws, account.id)).toHaveLength(7);
  const ids = (keys: { id: string }[]) => keys.map(({ id }) => id).sort();
  expect(ids(state().keys.made)).toEqual(ids(before.keys.made));
  expect(state().keys.current).toEqual(before.keys.current);
});

test('a key that a person made is a person’s after that, and a stranger’s resource a stranger’s', async () => {
  account.user().accessKeys.splice(0, 1);
  const { id } = account.aws.addAccessKeyByHand(USER);
  account.aws.roles['redislabs-role'] = { ...account.aws.addForeignRole('redislabs-role'), tags: {} };
  account.aws.ledger = { [ledgerTable()]: {} };
  const { answer } = await account.update({ ConsoleAccess: 'User' });
  expect(answer.Status).toBe('SUCCESS');
  expect(answer.Data?.Warnings).toContain(`did not make: ${id}. They were left.`);
  expect(account.aws.roles).toHaveProperty('redislabs-role');
});

import { beforeEach, expect, test } from 'vitest';
import { describeBundle } from '../../../src/bundle/bundle.ts';
import { identityOf } from '../../../src/bundle/bundle-id.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import { emptyState } from '../../../src/ledger/state.ts';
import { rebuild } from '../../../src/reconcile/rebuild.ts';
import { namesOwnedBy } from '../../faults/ledger.ts';
import { USER, useAccount } from '../../support/account.ts';
import { STACK_ID } from '../../support/memory-aws/events.ts';
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

test('also if not all of it is there any more', async () => {
  account.aws.ledger = { [ledgerTable()]: {} };
  delete account.aws.roles['redislabs-role'];
  const { answer, writes, log } = await account.update({});
  expect(answer.Status).toBe('SUCCESS');
  expect(log).toContain('The ledger knew nothing of this bundle');
  expect(writes).not.toContain('CreateAccessKey');
  expect(writes).toContain('CreateRole');
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

test('it gives all names with our tag to the generation that CloudFormation knows, and says which keys have served', async () => {
  const current = account.content()?.accessKeyId ?? '';
  const previous = account.content()?.previousAccessKeyId ?? '';
  const pending = account.aws.addAccessKeyByHand(USER).id;
  account.aws.addAccessKeyByHand(USER);
  account.aws.roles['redislabs-role'] = { ...account.aws.addForeignRole('redislabs-role'), tags: {} };
  for (const version of Object.values(account.secret().versions))
    if (version.stages.includes('AWSCURRENT')) version.stages = ['AWSCURRENT', 'OTHER'];
  const value = JSON.stringify({ accessKeyId: pending });
  account.secret().versions.pending = { value, stages: ['AWSPENDING'], createdAt: 0 };
  const gone = JSON.stringify({ accessKeyId: 'AKIAGONE' });
  account.secret().versions.gone = { value: gone, stages: ['GONE'], createdAt: 0 };
  for (const [index, key] of account.user().accessKeys.entries()) key.createdAt = index * 86_400_000;
  account.aws.ledger = { [ledgerTable()]: {} };

  const identity = identityOf(STACK_ID, 'Bundle');
  const bundle = describeBundle(identity, parseProperties({}, identity.stack));
  const ledger = await account.wait(openLedger(account.connection, bundle.tag));
  await account.wait(rebuild(account.connection, ledger, [bundle], account.id));

  const { owners, keys } = ledger.state;
  expect(Object.values(owners)).toEqual(Array(6).fill({ id: account.id, since: 'owned' }));
  expect(Object.keys(owners)).not.toContain('role redislabs-role');
  expect(keys).toMatchObject({ gone: [], isMoving: true });
  const short = keys.made.map(({ id, serial, user, served, stored }) => ({
    ...{ id, serial, user, served },
    stored: stored?.secret,
  }));
  const expected = (id: string, serial: number, served: boolean) => ({
    ...{ id, serial, user: USER, served },
    stored: bundle.secret.name,
  });
  expect(short).toHaveLength(3);
  const dates = account.user().accessKeys.map((key) => [key.id, new Date(key.createdAt).toISOString()]);
  for (const { id, madeAt } of keys.made) expect(dates).toContainEqual([id, madeAt]);
  expect(short).toEqual(
    expect.arrayContaining([
      expected(current, 2, true),
      expected(previous, 1, true),
      expected(pending, 1, false),
    ]),
  );
  expect(account.place.output.lines.map(({ text }) => text).join()).toContain(
    `resources with its tag are there (${Object.keys(owners).join(', ')}). It was lost, and has been written anew from their tags and the secret.`,
  );
});

import { describe, expect, test } from 'vitest';
import { USER, useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import { noSuchTable } from '../support/memory-aws/dynamodb-errors.ts';
import type { Fault } from '../support/memory-aws/faults.ts';
import { ledgerTable } from '../support/memory-aws/world.ts';
import {
  expectIntact,
  expectSuccess,
  keyInService,
  known,
  removed,
  settled,
  soon,
  updated,
} from './journey.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };

const ledgerFails = (fault: Fault) =>
  account.aws.failCall(({ service }) => service === 'dynamodb', fault, Number.POSITIVE_INFINITY);
const noTable = () => {
  account.aws.ledger = {};
};
/** Somebody has emptied the table, or restored an old one. */
const lose = () => {
  for (const name of Object.keys(account.aws.ledger)) account.aws.ledger[name] = {};
};

const FAILURES: [string, () => void, RegExp][] = [
  ['denied', () => ledgerFails('accessDenied'), /ledger.*(AccessDenied|not authorized)/is],
  ['denied explicitly', () => ledgerFails('explicitDeny'), /ledger.*(AccessDenied|not authorized)/is],
  ['throttled for good', () => ledgerFails('throttled'), /ledger.*(Throttling|throttled)/is],
  ['out of order', () => ledgerFails('error500'), /ledger/is],
  ['not there', noTable, /ledger.*(not found|not there|missing|ResourceNotFound)/is],
];

/** Somebody has written the item by hand. */
const overwrite = (state: string) => {
  for (const items of Object.values(account.aws.ledger))
    for (const item of Object.values(items)) item.state = { S: state };
};

const NO_STATES = [
  '',
  '[]',
  'null',
  '5',
  'true',
  '"text"',
  '{"owners":',
  '{"owners":null}',
  '{"history":{}}',
];

test.each([...NO_STATES, '{"keys":{}}', '{"keys":null}', '{"keys":{"made":[]}}'])(
  'an item that reads %s fails every request before anything is touched, and says what to do',
  async (text) => {
    await settled(account);
    overwrite(text);
    const before = account.aws.snapshot();
    for (const { answer, writes } of [await account.update({ Tags: 'Team=data' }), await account.delete()]) {
      expect([answer.Status, writes]).toEqual(['FAILED', []]);
      expect(answer.Reason).toMatch(
        /^The item "rv-access\/redis-access\/.*" of the ledger, the DynamoDB table "ledger", is not what this function writes: .*delete that item/,
      );
    }
    expect(account.aws.snapshot()).toEqual(before);
  },
);

test.each(['state', 'version'])('an item without %s fails a request in the same words', async (part) => {
  await settled(account);
  for (const items of Object.values(account.aws.ledger))
    for (const item of Object.values(items)) delete item[part];
  const { answer, writes } = await account.update({ Tags: 'Team=data' });
  expect([answer.Status, writes]).toEqual(['FAILED', []]);
  expect(answer.Reason).toContain('delete that item');
});

describe.each(FAILURES)('while the ledger is %s', (_how, happens, says) => {
  test('a Create fails before anything is touched, and says why', async () => {
    const before = account.aws.snapshot();
    happens();
    const { answer, writes } = await account.create();
    expect([answer.Status, writes]).toEqual(['FAILED', []]);
    expect(answer.Reason).toMatch(says);
    expect(account.aws.snapshot()).toEqual(before);
  });

  test.each([[{ Tags: 'Team=data' }], [{ AccessKeySerial: 2 }], [{ UserName: 'redis-user-2' }]])(
    'an Update (%j) fails before anything is touched, and says why',
    async (changes) => {
      const made = await settled(account);
      const before = account.aws.snapshot();
      happens();
      const { answer, writes } = await account.update(changes);
      expect([answer.Status, answer.PhysicalResourceId, writes]).toEqual(['FAILED', made.id, []]);
      expect(answer.Reason).toMatch(says);
      expect(account.aws.snapshot()).toEqual(before);
    },
  );
});

test.each([
  ['cannot be read', 'throttled'],
  ['is not known everywhere, as its table was made just before,', noSuchTable()],
])('a ledger that %s for a moment is waited for', async (_how, fault) => {
  account.aws.failCall(({ service }) => service === 'dynamodb', fault as Fault, 4);
  expectSuccess((await account.create(OFF)).answer);
});

describe('when the ledger’s item is missing', () => {
  test('a Delete succeeds where nothing was ever made', async () => {
    account.aws.addForeignUser(USER);
    const { answer, writes } = await account.create(OFF);
    expect([answer.Status, writes]).toEqual(['FAILED', []]);
    lose();
    const before = account.aws.snapshot();
    const result = await account.delete();
    expect([result.answer.Status, result.writes]).toEqual(['SUCCESS', []]);
    expect(account.aws.snapshot()).toEqual(before);
  });

  test('a Delete fails where something of the bundle is there, and says the way out', async () => {
    await settled(account);
    const before = account.aws.snapshot();
    lose();
    const { answer, writes } = await account.delete();
    expect([answer.Status, writes]).toEqual(['FAILED', []]);
    expect(answer.Reason).toMatch(/ledger/i);
    expect(answer.Reason).toContain('rv-access:delete=anyway');
    expect(account.aws.snapshot()).toEqual(before);
  });

  test('the tag on the user lets the Delete take everything of these names', async () => {
    await settled(account);
    account.aws.addForeignRole('a-strangers');
    lose();
    expect((await account.delete()).answer.Status).toBe('FAILED');
    account.user().tags['rv-access:delete'] = 'anyway';
    soon();
    account.fail('DeleteUser', 'explicitDeny', 1);
    expect((await account.delete()).answer.Status).toBe('FAILED');
    const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
    const owners = Object.values(JSON.parse(item?.state?.S ?? '{}').owners);
    expect(owners).toEqual([{ id: known(account).id, since: 'deleting' }]);
    soon();
    await removed(account, known(account));
    expect(account.entities()).toEqual(['role a-strangers']);
  });
});

const days = [
  ['an easy day', undefined] as const,
  ...HARSH_SEEDS.map((seed) => [`the harshest day (seed ${seed})`, seed] as const),
];

describe.each(days)('on %s, an item that is missing is made again', (_day, seed) => {
  const begin = async () => {
    const made = await settled(account, { AccessKeySerial: 1 });
    await updated(account, { AccessKeySerial: 2 });
    soon(60_000);
    lose();
    if (seed !== undefined) harshestDay(account.aws, seed);
    return made;
  };

  test('by an Update, which says so in the log; the bundle and its two keys stay', async () => {
    await begin();
    const keys = account.user().accessKeys.map(({ id }) => id);
    const result = await account.update({ Tags: 'Team=data' });
    expectSuccess(result.answer);
    expect(result.log).toMatch(/ledger/i);
    expectIntact(account, known(account));
    expect(account.user().accessKeys.map(({ id }) => id)).toEqual(keys);
    soon();
    await updated(account, { AccessKeySerial: 3 });
    expect(account.user().accessKeys).toHaveLength(2);
    expectIntact(account, known(account));
    await removed(account, known(account));
    expect(account.entities()).toEqual([]);
  });

  test('by a rename, whose clean-up leaves the new bundle whole', async () => {
    await begin();
    const old = known(account);
    const renamed = await updated(account, { UserPolicyName: 'RedisUserPolicy2' });
    await removed(account, old);
    expectIntact(account, renamed);
  });

  test('by a Create that comes again, which makes no second key', async () => {
    await begin();
    const key = keyInService(account);
    const { answer } = await account.create({ ...OFF, AccessKeySerial: 2 });
    expectSuccess(answer);
    expect(keyInService(account)).toBe(key);
    expectIntact(account, known(account));
  });

  test('and a key that a person made is still the person’s', async () => {
    await settled(account);
    const theirs = account.aws.addAccessKeyByHand(USER);
    lose();
    if (seed !== undefined) harshestDay(account.aws, seed);
    await account.update({ Tags: 'Team=data' });
    soon();
    await account.update({ AccessKeySerial: 2 });
    expect(account.user().accessKeys.map(({ id }) => id)).toContain(theirs.id);
  });
});

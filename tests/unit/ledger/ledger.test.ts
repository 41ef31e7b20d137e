import { afterEach, describe, expect, test, vi } from 'vitest';
import { connect } from '../../../src/aws/clients.ts';
import { DeadlineError, LeaseError, LedgerError } from '../../../src/errors.ts';
import { type Ledger, openLedger } from '../../../src/ledger/ledger.ts';
import { emptyState, isSpent } from '../../../src/ledger/state.ts';
import { useAccount } from '../../support/account.ts';
import { dynamodbError } from '../../support/memory-aws/dynamodb-errors.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

const account = useAccount();
const KEY = 'rv-access/redis-access/Bundle/0123456789abcdef';
const open = () => account.wait(openLedger(account.connection, KEY));
const item = () => account.aws.ledger[ledgerTable()]?.[KEY];
const own = (state: Ledger['state']) => {
  state.owners['user redis'] = { id: 'id', since: 'owned' };
};
const more = (state: Ledger['state']) => {
  state.owners['role redis'] = { id: 'id', since: 'owned' };
};
const puts = () => account.aws.calls.filter(({ action }) => action === 'PutItem');

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the ledger of a bundle', () => {
  test('is empty where there is no item, and reading it makes none', async () => {
    expect((await open()).state).toEqual(emptyState());
    expect(item()).toBeUndefined();
  });

  test('is read consistently, by one call', async () => {
    await open();
    expect(account.aws.calls).toMatchObject([{ action: 'GetItem', input: { ConsistentRead: true } }]);
  });

  test('is written as a whole, on the condition that the item is not there, or still the one that was read', async () => {
    const ledger = await open();
    await account.wait(ledger.write(own));
    await account.wait(ledger.write(more));
    expect(puts().map(({ input }) => input.ConditionExpression)).toEqual([
      'attribute_not_exists(#bundle)',
      '#version = :version',
    ]);
    expect(item()).toMatchObject({ bundle: { S: KEY }, version: { N: '2' } });
    expect((await open()).state).toEqual(ledger.state);
  });

  test('is handed out as a copy: what a write has not reached has not changed', async () => {
    const ledger = await open();
    const before = ledger.state;
    await account.wait(ledger.write(own));
    expect(before.owners).toEqual({});
    account.fail('PutItem', 'accessDenied', 1000);
    const failing = ledger.write((state) => {
      state.owners = {};
    });
    await account.wait(failing).catch(() => {});
    expect(Object.keys(ledger.state.owners)).toEqual(['user redis']);
  });

  test('fits parts that an older release did not write', async () => {
    const table = account.aws.ledger[ledgerTable()];
    if (table)
      table[KEY] = {
        bundle: { S: KEY },
        version: { N: '7' },
        state: { S: '{"owners":{"user a":{"id":"x","since":"owned"}}}' },
      };
    expect((await open()).state).toMatchObject({
      owners: { 'user a': { id: 'x' } },
      history: [],
      underWay: [],
      keys: { made: [], gone: [] },
    });
  });

  test('is not written where nothing changes', async () => {
    const ledger = await open();
    await account.wait(ledger.write(() => {}));
    expect(puts()).toEqual([]);
    await account.wait(ledger.write(own));
    await account.wait(ledger.write(own));
    expect(puts()).toHaveLength(1);
  });

  test('goes with the next write when something is only noted', async () => {
    const ledger = await open();
    ledger.note(own);
    expect(Object.keys(ledger.state.owners)).toEqual(['user redis']);
    expect(puts()).toEqual([]);
    await account.wait(ledger.write(() => {}));
    expect(item()?.state?.S).toContain('user redis');
  });

  test('loses no note that is made while a write is under way', async () => {
    const ledger = await open();
    account.aws.latency = 50;
    const writing = ledger.write(own);
    await new Promise((resolve) => setImmediate(resolve));
    ledger.note((state) => {
      state.keys.gone.push('K1');
    });
    await account.wait(writing);
    expect(ledger.state.keys.gone).toEqual(['K1']);
    await account.wait(ledger.write(() => {}));
    expect(item()?.state?.S).toContain('K1');
  });

  test('is written by one write after the other, also when they are asked for at once', async () => {
    const ledger = await open();
    account.aws.latency = 50;
    await account.wait(
      Promise.all(['a', 'b', 'c'].map((id) => ledger.write((state) => void state.keys.gone.push(id)))),
    );
    expect((await open()).state.keys.gone).toEqual(['a', 'b', 'c']);
    expect(item()?.version?.N).toBe('3');
  });
});

describe('the end of an item', () => {
  test('is a month ahead once nothing of the bundle is left, and nowhere while something is', async () => {
    const ledger = await open();
    await account.wait(ledger.write(own));
    expect(item()).not.toHaveProperty('expires');
    await account.wait(ledger.write((state) => void delete state.owners['user redis']));
    expect(Number(item()?.expires?.N)).toBe(Date.now() / 1000 + 30 * 86_400);
    await account.wait(ledger.write(own));
    expect(item()).not.toHaveProperty('expires');
  });

  test.each([
    ['a lease', { lease: { holder: 'x', request: { key: '', kind: '' }, beats: 0, since: '' } }],
    ['an owned name', { owners: { 'user a': { id: 'x', since: 'owned' as const } } }],
    [
      'an intent',
      {
        keys: {
          made: [],
          gone: [],
          intent: { user: 'a', serial: 1, baseline: [], token: { secret: '', version: '' } },
        },
      },
    ],
    ['a cloud account at Redis', { registration: { generation: 'x', known: { cloudAccountId: 1 } } }],
  ])('does not come while there is %s', (_what, rest) => {
    expect(isSpent(emptyState())).toBe(true);
    expect(isSpent({ ...emptyState(), ...rest })).toBe(false);
  });
});

test('a cloud account that is managed no more keeps no item', () => {
  const registration = { generation: 'x', known: { cloudAccountId: 1, released: true } };
  expect(isSpent({ ...emptyState(), registration })).toBe(true);
});

describe('a write that meets a failed condition', () => {
  test('because its own answer was lost has succeeded', async () => {
    const ledger = await open();
    account.fail('PutItem', 'lostAnswer500');
    await account.wait(ledger.write(own));
    expect(puts()).toMatchObject([{ applied: 1, tries: 2 }]);
    await account.wait(ledger.write(more));
    expect(item()?.version?.N).toBe('2');
  });

  test('because somebody else was faster has lost, and the other’s state stands', async () => {
    const [ours, theirs] = [await open(), await open()];
    await account.wait(theirs.write(own));
    const lost = account.wait(ours.write((state) => void state.keys.gone.push('K1')));
    await expect(lost).rejects.toThrow(LeaseError);
    expect(item()?.state?.S).not.toContain('K1');
    await account.wait(ours.read());
    expect(ours.state).toEqual(theirs.state);
  });

  test('because somebody else was faster with the same version number has lost as well', async () => {
    const [ours, theirs] = [await open(), await open()];
    account.before('PutItem', () => {});
    await account.wait(theirs.write(own));
    account.fail('PutItem', 'lostAnswer500');
    await expect(account.wait(ours.write(more))).rejects.toThrow(
      'Another invocation of the function has written',
    );
  });

  test('because somebody else has come to the same state by other writes has lost as well', async () => {
    const [ours, theirs] = [await open(), await open()];
    for (const change of [own, more, (state: Ledger['state']) => void delete state.owners['role redis']])
      await account.wait(theirs.write(change));
    await expect(account.wait(ours.write(own))).rejects.toThrow(LeaseError);
  });

  test('and cannot be read back is told as a ledger that cannot be used', async () => {
    const [ours, theirs] = [await open(), await open()];
    await account.wait(theirs.write(own));
    account.fail('GetItem', 'accessDenied', 1000);
    await expect(account.wait(ours.write(more))).rejects.toThrow(LedgerError);
  });
});

const throughputExceeded = dynamodbError(
  'ProvisionedThroughputExceededException',
  'Throughput exceeds the current capacity of your table or index.',
);

describe('a ledger that cannot be used', () => {
  test.each(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'])(
    'because of %s is waited for, for half a minute',
    async (name) => {
      account.fail('GetItem', dynamodbError(name, 'Too much.'), 12);
      expect((await open()).state).toEqual(emptyState());
      account.fail('GetItem', dynamodbError(name, 'Too much.'), 1000);
      const started = Date.now();
      await expect(open()).rejects.toThrow(LedgerError);
      expect(Date.now() - started).toBeGreaterThan(25_000);
      expect(Date.now() - started).toBeLessThan(45_000);
    },
  );

  test('because the time of the function is over is not what is told', async () => {
    const opening = openLedger(connect(AbortSignal.abort()), KEY);
    await expect(account.wait(opening)).rejects.toThrow(DeadlineError);
  });

  test('because the function does not know its table says so', async () => {
    vi.stubEnv('LEDGER_TABLE', '');
    await expect(open()).rejects.toThrow(
      'its environment variable LEDGER_TABLE is not set. Nothing was changed. Deploy the template again.',
    );
    expect(account.aws.calls).toEqual([]);
  });

  test.each([
    [
      'is denied',
      'accessDenied',
      /could not be used: GetItem for "ledger" failed: AccessDenied[^.]* allows the dynamodb:GetItem action \(request id [^)]*\)\. Without it nothing is known for certain, so nothing more was changed\. Restore the template's role and table, then try again\.$/,
    ],
    [
      'is denied by an organisation',
      'explicitDeny',
      /changed\. The denial comes from a service control policy: ask its owner to allow this action, then try again\.$/,
    ],
    [
      'is gone',
      dynamodbError('ResourceNotFoundException', 'Requested resource not found'),
      /is not there: GetItem.* so nothing more was changed\. Make a table of that name again, with the partition key bundle \(a string\), then try again\.$/,
    ],
    [
      'is encrypted with a key that is out of reach',
      dynamodbError(
        'AccessDeniedException',
        'KMS key access denied error, KMS service exception: DisabledException',
      ),
      /DisabledException[^.]*\. Without [^.]*changed\. Encrypt the table with the key that the template uses, DynamoDB's own, or let the function's role use its key, then try again\.$/,
    ],
    [
      'is throttled',
      throughputExceeded,
      /changed\. Wait some minutes\. If it stays so, set the capacity of the table to on-demand again, without a maximum, then try again\.$/,
    ],
    [
      'is out of order',
      'error500',
      /InternalServerError: .*changed\. Wait until DynamoDB can be reached: look at the AWS Health Dashboard of this Region, then try again\.$/,
    ],
    ['does not answer', 'hang', /TimeoutError: .*changed\. Wait until DynamoDB can be reached/],
    [
      'is another table',
      dynamodbError('ValidationException', 'The provided key element does not match the schema'),
      /ValidationException: .*changed\. Restore the template's role and table, then try again\.$/,
    ],
  ] as const)('because it %s says what to do', async (_why, fault, words) => {
    account.fail('GetItem', fault, 1000);
    const opening = open();
    await expect(opening).rejects.toThrow(LedgerError);
    await expect(opening).rejects.toThrow(words);
  });
});

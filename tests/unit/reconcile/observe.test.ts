import { describe, expect, test } from 'vitest';
import { describeBundle } from '../../../src/bundle/bundle.ts';
import { identityOf } from '../../../src/bundle/bundle-id.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { emptyState, type LedgerState } from '../../../src/ledger/state.ts';
import { knowsNothing, observe } from '../../../src/reconcile/observe.ts';
import { useAccount } from '../../support/account.ts';
import { STACK_ID } from '../../support/memory-aws/events.ts';

const account = useAccount();
const identity = identityOf(STACK_ID, 'Bundle');
const API = { RedisCloudApiSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:api-AbCdEf' };

describe('keys that Redis has', () => {
  const held = async (raw: object, known: NonNullable<LedgerState['registration']>['known'] | undefined) => {
    const bundle = describeBundle(identity, parseProperties({ ...raw }, identity.stack));
    const state = { ...emptyState(), ...(known && { registration: { generation: 'g', known } }) };
    return (await account.wait(observe(account.connection, bundle, state))).credentials.held;
  };
  const KNOWN = { cloudAccountId: 1, keyId: 'K1' };

  test('are held where it cannot be given another one', async () => {
    expect(await held({}, KNOWN)).toEqual(['K1']);
  });

  test('are not, where it can, or is nobody’s care, or has none', async () => {
    expect(await held(API, KNOWN)).toEqual([]);
    expect(await held({}, { ...KNOWN, released: true })).toEqual([]);
    expect(await held({}, undefined)).toEqual([]);
  });
});

describe('a ledger knows nothing', () => {
  const seen = { key: 'a', kind: 'Create' };
  test.each<[string, Partial<LedgerState>, boolean]>([
    ['if it is empty', {}, true],
    ['if a request was only seen', { history: [seen] }, true],
    ['not if one was carried out', { history: [seen, { ...seen, outcome: { id: 'x' } }] }, false],
    ['not if a name has an owner', { owners: { 'user a': { id: 'x', since: 'making' } } }, false],
  ])('%s', (_when, state, nothing) => {
    expect(knowsNothing({ ...emptyState(), ...state })).toBe(nothing);
  });
});

import { expect, test } from 'vitest';
import { describeBundle } from '../../../src/bundle/bundle.ts';
import { identityOf } from '../../../src/bundle/bundle-id.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { emptyState, type LedgerState } from '../../../src/ledger/state.ts';
import { foundIn } from '../../../src/reconcile/run.ts';
import { STACK_ID } from '../../support/memory-aws/events.ts';

const identity = identityOf(STACK_ID, 'Bundle');
const bundle = (raw = {}) => describeBundle(identity, parseProperties(raw, identity.stack));
const REGISTERED = {
  RedisCloudApiSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:api-AbCdEf',
};
const NONE = { AccessKeyId: '', AccessKeyCreated: '', CloudAccountId: '', PreflightFindings: '' };

test('attributes that the ledger does not know are empty', () => {
  expect(foundIn(emptyState(), bundle(), 'arn')).toEqual({ ...NONE, SecretArn: 'arn' });
  expect(foundIn(emptyState(), bundle(REGISTERED), 'arn')).toEqual({ ...NONE, SecretArn: 'arn' });
});

test('attributes tell of the key in force and of the cloud account, if the bundle is to be registered', () => {
  const stored = { secret: 'x', version: 'v' };
  const madeAt = '2026-01-15T12:00:00.000Z';
  const state: LedgerState = {
    ...emptyState(),
    keys: {
      made: [
        { id: 'K0', serial: 1, user: 'u', madeAt: 'before' },
        { id: 'K1', serial: 1, user: 'u', madeAt, stored },
      ],
      gone: [],
      current: stored,
    },
    registration: { generation: 'g', known: { cloudAccountId: 7 } },
  };
  const known = { ...NONE, SecretArn: 'arn', AccessKeyId: 'K1', AccessKeyCreated: madeAt };
  expect(foundIn(state, bundle(), 'arn')).toEqual(known);
  expect(foundIn(state, bundle(REGISTERED), 'arn')).toEqual({ ...known, CloudAccountId: '7' });
});

import { describe, expect, test } from 'vitest';
import { attachmentChanges, foreignPolicies } from '../../../src/iam/attached-policies.ts';

const OWN = 'arn:aws:iam::123456789012:policy/Own';
const OTHER = 'arn:aws:iam::123456789012:policy/Other';
const THEIRS = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const self = { kind: 'role', name: 'redis' };

describe('the policies of a user or role', () => {
  const calls = async (observed: string[], mayBe: ({ policyArn: string } | undefined)[]) => {
    const done: string[] = [];
    const [change, ...none] = attachmentChanges(self, observed, { policyArn: OWN }, mayBe, [OWN, OTHER], {
      attach: async (arn) => done.push(`attach ${arn.split('/').at(-1)}`),
      detach: async (arn) => done.push(`detach ${arn.split('/').at(-1)}`),
    });
    expect(none).toEqual([]);
    await change?.apply();
    return done;
  };

  test.each<[string, string[], ({ policyArn: string } | undefined)[], string[]]>([
    ['are in order as they are', [OWN, THEIRS], [{ policyArn: OWN }], []],
    ['lack the own one', [THEIRS], [], ['attach Own']],
    ['have another one of ours', [OWN, OTHER], [], ['detach Other']],
    ['have another one instead, which goes last', [OTHER], [], ['attach Own', 'detach Other']],
    ['may have another one by the ledger', [OWN], [{ policyArn: OTHER }], ['attach Own', 'detach Other']],
    ['may be anything by the ledger', [OWN], [undefined], ['attach Own']],
  ])('%s', async (_what, observed, mayBe, expected) => {
    expect(await calls(observed, mayBe)).toEqual(expected);
  });

  test('that are no more attached when they are detached are as good', async () => {
    const gone = Object.assign(new Error('gone'), { name: 'NoSuchEntity' });
    const [change] = attachmentChanges(self, [OWN, OTHER], { policyArn: OWN }, [], [OWN, OTHER], {
      attach: async () => {},
      detach: () => Promise.reject(gone),
    });
    await expect(change?.apply()).resolves.toBeUndefined();
  });
});

test('policies that the bundle did not attach are told in one sentence', () => {
  expect(foreignPolicies(self, [OWN, OTHER], [OWN, OTHER])).toEqual([]);
  expect(foreignPolicies(self, [OWN, THEIRS], [OWN])).toEqual([
    `The role "redis" has policies that this bundle did not attach: ${THEIRS}. They were left.`,
  ]);
});

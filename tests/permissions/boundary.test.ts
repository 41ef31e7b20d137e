import { describe, expect, test } from 'vitest';
import { creates, removingBoundary, settingBoundary } from './actions.ts';
import { arnOf, defaultNames, sets, tags } from './arns.ts';
import { type Context, mayCall } from './may-call.ts';
import { accountId, rolePolicies } from './role.ts';

const boundary = `arn:aws:iam::${accountId}:policy/Boundary`;
const bounded = await rolePolicies({ PermissionsBoundaryArn: boundary });

describe('with a permissions boundary given', () => {
  const boundedMay = (action: string, resource: string, context: Context) =>
    mayCall(bounded, { action, resource, context });
  const is = (arn: string) => ({ 'iam:PermissionsBoundary': arn });
  const other = `arn:aws:iam::${accountId}:policy/Other`;

  test.each(['user', 'role'] as const)('a %s is made only with it', async (kind) => {
    for (const name of defaultNames[kind]) {
      const arn = arnOf(kind, name);
      expect(await boundedMay(creates[kind], arn, { ...sets.ownStack, ...is(boundary) })).toBe(true);
      expect(await boundedMay(creates[kind], arn, { ...sets.ownStack, ...is(other) })).toBe(false);
      expect(await boundedMay(creates[kind], arn, sets.ownStack)).toBe(false);
      expect(await boundedMay(creates[kind], arn, is(boundary))).toBe(false);
    }
  });

  test.each(['user', 'role'] as const)(
    'a %s gets it and no other, and only if it is of the stack',
    async (kind) => {
      const arn = arnOf(kind, 'any-name');
      expect(await boundedMay(settingBoundary[kind], arn, { ...tags.own, ...is(boundary) })).toBe(true);
      expect(await boundedMay(settingBoundary[kind], arn, { ...tags.own, ...is(other) })).toBe(false);
      expect(await boundedMay(settingBoundary[kind], arn, { ...tags.otherStack, ...is(boundary) })).toBe(
        false,
      );
      expect(await boundedMay(settingBoundary[kind], arn, is(boundary))).toBe(false);
    },
  );

  test('it is never taken away', async () => {
    for (const action of removingBoundary) {
      const arn = arnOf(action.includes('User') ? 'user' : 'role', 'any-name');
      expect(await boundedMay(action, arn, tags.own)).toBe(false);
    }
  });

  test.each(['policy', 'instance-profile', 'secret'] as const)(
    'a %s, which has none, is made as ever',
    async (kind) => {
      for (const name of defaultNames[kind])
        expect(await boundedMay(creates[kind], arnOf(kind, name), sets.ownStack)).toBe(true);
    },
  );
});

import { describe, expect, test } from 'vitest';
import { changes, kinds, tagging } from './actions.ts';
import { arnOf, defaultNames, sets, tags } from './arns.ts';
import { type Context, mayCall } from './may-call.ts';
import { rolePolicies } from './role.ts';

const restore = 'secretsmanager:RestoreSecret';

describe('with ExistingEntities=Adopt', async () => {
  const adopting = await rolePolicies({ ExistingEntities: 'Adopt' });
  const adopts = (action: string, resource: string, context: Context) =>
    mayCall(adopting, { action, resource, context });

  test.each(kinds)(
    'a %s of the exact name is tagged, whosever it is, and is of the stack from then on',
    async (kind) => {
      for (const name of defaultNames[kind])
        for (const owner of [tags.none, tags.otherStack]) {
          expect(await adopts(tagging[kind], arnOf(kind, name), { ...owner, ...sets.ownStack })).toBe(true);
          for (const action of changes[kind].filter((each) => each !== restore))
            expect(await adopts(action, arnOf(kind, name), owner)).toBe(false);
        }
    },
  );

  test.each(kinds)('a %s of another name is not', async (kind) => {
    expect(await adopts(tagging[kind], arnOf(kind, 'payments'), sets.ownStack)).toBe(false);
  });
});

describe('a secret in its recovery window', async () => {
  const policies = await rolePolicies();
  const may = (action: string, resource: string, context: Context) =>
    mayCall(policies, { action, resource, context });
  const secret = arnOf('secret', 'rv-access/redislabs-user');

  test('may be restored and taken over from a bundle that is gone', async () => {
    expect(await may(restore, secret, tags.otherStack)).toBe(true);
    expect(await may(tagging.secret, secret, { ...tags.otherStack, ...sets.ownStack })).toBe(true);
  });

  test('may not be read or written before it is of the stack', async () => {
    for (const action of changes.secret.filter((each) => each !== restore))
      expect(await may(action, secret, tags.otherStack)).toBe(false);
  });

  test('stays where it is if it never was of a bundle, or has another name', async () => {
    expect(await may(restore, secret, tags.none)).toBe(false);
    expect(await may(restore, arnOf('secret', 'payments'), tags.otherStack)).toBe(false);
    expect(
      await may(tagging.secret, arnOf('secret', 'payments'), { ...tags.otherStack, ...sets.ownStack }),
    ).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import { managedPolicy, policyToDelete } from '../../../src/iam/managed-policy.ts';
import { policyVersions } from '../../../src/iam/policy-versions.ts';
import { useAccount } from '../../support/account.ts';
import { malformedPolicy } from '../../support/memory-aws/iam-errors.ts';
import type { Policy } from '../../support/memory-aws/iam-state.ts';

const account = useAccount();
const NAME = 'Policy';
const ARN = `arn:aws:iam::123456789012:policy/${NAME}`;
const document = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const DOCUMENT = document('ec2:Desired');

const desired = (text = DOCUMENT) => ({ name: NAME, arn: ARN, document: text, tags: { Team: 'Data' } });
const policy = (text?: string) => managedPolicy(account.connection, desired(text));
const live = () => account.aws.policies[ARN] as Policy;

/** A policy with these versions; `defaultNumber` counts from 1. */
function given(actions: string[], defaultNumber: number): void {
  const policy = account.aws.addForeignPolicy(NAME);
  policy.versions = actions.map((action, index) => ({
    id: `v${index + 1}`,
    document: document(action),
    createdAt: index,
  }));
  policy.defaultVersionId = `v${defaultNumber}`;
  policy.nextVersion = actions.length + 1;
}

/** Brings the policy to what is desired; resolves to the changing calls. */
async function reconcile(text?: string): Promise<string[]> {
  const resource = policy(text);
  account.aws.forgetCalls();
  const found = await account.wait(resource.observe());
  if (!found) throw new Error('The policy is missing.');
  for (const { apply } of resource.diff(found, [], [])) await account.wait(apply());
  return account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
}
const versions = () => live().versions.map(({ id }) => id);
const inForce = () => live().versions.find(({ id }) => id === live().defaultVersionId)?.document;

test('a policy that is not there is not there', async () => {
  expect(await account.wait(policy().observe())).toBeUndefined();
});

test('a policy is made with document and tags in one call, and needs nothing more then', async () => {
  const made = await account.wait(policy().create());
  expect(live()).toMatchObject({ tags: { Team: 'Data' }, versions: [{ id: 'v1', document: DOCUMENT }] });
  expect(account.aws.calls.map(({ action }) => action)).toEqual(['CreatePolicy']);
  expect(policy().diff(made, [], [])).toEqual([]);
  expect(await account.wait(policy().observe())).toEqual(made);
});

describe('the document', () => {
  test('that says the same in another order is left alone', async () => {
    given(['x'], 1);
    const [version] = live().versions;
    if (version)
      version.document = JSON.stringify({
        Statement: { Resource: ['*'], Action: ['ec2:Desired'], Effect: 'Allow' },
        Version: '2012-10-17',
      });
    expect(await reconcile()).toEqual([]);
  });

  test('that says something else gets a new default version', async () => {
    given(['old'], 1);
    expect(await reconcile()).toEqual(['CreatePolicyVersion']);
    expect(inForce()).toBe(DOCUMENT);
    expect(versions()).toEqual(['v1', 'v2']);
  });

  test('that an older version says already is made the default again, without a new version', async () => {
    given(['ec2:Desired', 'b'], 2);
    expect(await reconcile()).toEqual(['SetDefaultPolicyVersion']);
    expect(live().defaultVersionId).toBe('v1');
    expect(versions()).toEqual(['v1', 'v2']);
  });

  test('that several versions say is taken from the newest of them', async () => {
    given(['ec2:Desired', 'ec2:Desired', 'b'], 3);
    await reconcile();
    expect(live().defaultVersionId).toBe('v2');
  });

  test('with special characters comes back URL-encoded and is still the same', async () => {
    const special = document('ec2:%41 +ü/?');
    given(['old'], 1);
    await reconcile(special);
    expect(await reconcile(special)).toEqual([]);
  });
});

describe('when a policy has five versions', () => {
  test('the oldest makes room', async () => {
    given(['a', 'b', 'c', 'd', 'e'], 5);
    expect(await reconcile()).toEqual(['DeletePolicyVersion', 'CreatePolicyVersion']);
    expect(versions()).toEqual(['v2', 'v3', 'v4', 'v5', 'v6']);
    expect(inForce()).toBe(DOCUMENT);
  });

  test('and the oldest is the default, the second oldest makes room', async () => {
    given(['a', 'b', 'c', 'd', 'e'], 1);
    await reconcile();
    expect(versions()).toEqual(['v1', 'v3', 'v4', 'v5', 'v6']);
    expect(inForce()).toBe(DOCUMENT);
  });

  test('and a person has chosen another default, the oldest of the others makes room', async () => {
    given(['a', 'b', 'c', 'd', 'e'], 2);
    await reconcile();
    expect(versions()).toEqual(['v2', 'v3', 'v4', 'v5', 'v6']);
  });

  test('none goes if one of them says what is desired', async () => {
    given(['a', 'ec2:Desired', 'c', 'd', 'e'], 1);
    expect(await reconcile()).toEqual(['SetDefaultPolicyVersion']);
    expect(versions()).toEqual(['v1', 'v2', 'v3', 'v4', 'v5']);
  });

  test('they are counted by number: the tenth is younger than the ninth', async () => {
    given(['a', 'b', 'c', 'd', 'e'], 5);
    for (const [index, number] of [9, 10, 11, 12, 13].entries()) {
      const version = live().versions[index];
      if (version) version.id = `v${number}`;
    }
    live().versions.reverse();
    live().defaultVersionId = 'v13';
    live().nextVersion = 14;
    await reconcile();
    expect(versions()).not.toContain('v9');
    expect(versions()).toHaveLength(5);
  });

  test('one that somebody deletes at the same time does not matter', async () => {
    given(['a', 'b', 'c', 'd', 'e'], 5);
    account.before('DeletePolicyVersion', () => {
      live().versions.shift();
    });
    await reconcile();
    expect(inForce()).toBe(DOCUMENT);
  });
});

describe('when the answer to a new version is lost', () => {
  test.each(['lostAnswerReset', 'lostAnswer500'] as const)(
    '(%s), it is found and not made twice',
    async (fault) => {
      given(['a'], 1);
      account.fail('CreatePolicyVersion', fault);
      expect(await reconcile()).toEqual(['CreatePolicyVersion', 'SetDefaultPolicyVersion']);
      expect(versions()).toEqual(['v1', 'v2']);
      expect(inForce()).toBe(DOCUMENT);
    },
  );

  test('and it was not applied, it is made', async () => {
    given(['a'], 1);
    account.fail('CreatePolicyVersion', 'error500', 2);
    await reconcile();
    expect(versions()).toEqual(['v1', 'v2']);
  });

  test('again and again, that is told', async () => {
    given(['a'], 1);
    account.fail('CreatePolicyVersion', 'error500', 100);
    await expect(reconcile()).rejects.toThrow('CreatePolicyVersion');
  });
});

test('a version that IAM refuses is told at once', async () => {
  given(['a'], 1);
  account.fail('CreatePolicyVersion', malformedPolicy('Syntax errors in policy.'), 100);
  await expect(reconcile()).rejects.toThrow('Syntax errors in policy');
  expect(account.aws.calls.filter(({ action }) => action === 'CreatePolicyVersion')).toHaveLength(1);
});

test('all pages of versions are read, the oldest first', async () => {
  given(['a', 'b', 'c'], 3);
  account.aws.pageSize = 1;
  const found = await account.wait(policyVersions(account.connection, ARN));
  expect(found.map(({ VersionId }) => VersionId)).toEqual(['v1', 'v2', 'v3']);
});

test('a document that may not be in force is written again, whatever a read says', async () => {
  given(['ec2:Desired'], 1);
  const found = await account.wait(policy().observe());
  if (!found) throw new Error('The policy is missing.');
  expect(policy().diff(found, [desired()], [])).toEqual([]);
  for (const mayBe of [desired(document('old')), undefined])
    expect(policy().diff(found, [mayBe], [])).toMatchObject([
      { difference: 'its document is not the one that the bundle asks for' },
    ]);
});

test('tags are set and taken away', async () => {
  given(['a'], 1);
  await account.wait(policy().tag({ Team: 'Data', Other: 'x' }));
  await account.wait(policy().untag(['Other']));
  expect(live().tags).toEqual({ Team: 'Data' });
});

describe('a policy that is to go', () => {
  const look = (isOwn = (kind: string, name: string) => name === 'own' && kind !== 'group') =>
    account.wait(policyToDelete(account.connection, ARN, isOwn));
  const detach = async () => {
    const steps = (await account.wait((await look()).detach?.(false) ?? Promise.resolve([]))) ?? [];
    return account.wait(Promise.allSettled(steps.map((step) => step())));
  };

  test('is detached from what is the bundle’s own only, on whatever page; what else holds it is named', async () => {
    given(['a'], 1);
    account.aws.pageSize = 1;
    const { users, roles } = account.aws;
    for (const name of ['own', 'theirs']) {
      account.aws.addForeignUser(name).attached.push(ARN);
      account.aws.addForeignRole(name).attached.push(ARN);
    }
    account.aws.groups.own = { name: 'own', id: 'AGPA', attached: [ARN] };
    const refusals = (await detach()).flatMap((result) =>
      result.status === 'rejected' ? result.reason.message : [],
    );
    expect(refusals.sort()).toEqual(
      ['group "own"', 'role "theirs"', 'user "theirs"'].map(
        (holder) =>
          `it is attached to the ${holder}, which is not this bundle's: detach it there, or take it off as its permissions boundary`,
      ),
    );
    expect(
      [users.own, users.theirs, roles.own, roles.theirs].map((holder) => holder?.attached.length),
    ).toEqual([0, 1, 0, 1]);
  });

  test('loses its versions but the default one, and goes then', async () => {
    given(['a', 'b', 'c'], 2);
    expect((await look()).tags).toEqual({});
    await detach();
    expect(versions()).toEqual(['v2']);
    await account.wait((await look()).delete());
    expect(account.aws.policies).toEqual({});
  });

  test('and is gone has no tags, is held by nothing, and is as good as deleted', async () => {
    const { tags, delete: go } = await look();
    expect([tags, await detach(), await account.wait(go())]).toEqual([undefined, [], undefined]);
  });
});

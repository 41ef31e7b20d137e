import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { furtherTest } from '../support/sample.ts';
import { useAccount } from './account.ts';
import { bundleTagOf, NOTHING } from './expected.ts';
import { createRequest, deleteRequest, newResource, updateRequest } from './requests.ts';

const account = useAccount({ leaseSeconds: 3 });
const USER = 'redislabs-user';
const INVENTED_ID = 'redis-Bundle-1ABCDEFGHIJKL';

/** What is left of a bundle that was deleted: a secret at the most, and that is scheduled for deletion. */
const expectDeleted = async () => {
  const { secrets, ...rest } = await account.in('us-east-1').state();
  expect({ ...rest, secrets: {} }).toEqual(NOTHING);
  expect(Object.values(secrets).filter(({ scheduled }) => !scheduled)).toEqual([]);
};

/** Resolves once a call of that action has arrived at AWS. */
async function called(action: string): Promise<void> {
  while (!(await account.aws.calls()).some((call) => call.action === action)) await sleep(5);
}

describe('a delete with an id that CloudFormation invented', () => {
  test('removes what a create made whose answer got lost', async () => {
    const here = account.in('us-east-1');
    const resource = newResource();
    await here.send(createRequest(resource));
    const removed = await here.send(deleteRequest(resource, INVENTED_ID));
    expect(removed.answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: INVENTED_ID });
    await expectDeleted();
  });

  furtherTest("leaves another resource's bundle of the same names alone", async () => {
    const here = account.in('us-east-1');
    await here.create();
    const before = await here.state();
    const removed = await here.send(deleteRequest(newResource(), INVENTED_ID));
    expect(removed.answer?.Status).toBe('SUCCESS');
    expect(await here.state()).toEqual(before);
  });

  test('before the create, which was queued: the create fails and makes nothing', async () => {
    const direct = await account.in('us-east-1').direct();
    const resource = newResource();
    const create = direct.event(createRequest(resource));
    const removed = await direct.deliver(direct.event(deleteRequest(resource, INVENTED_ID)));
    expect(removed.answer?.Status).toBe('SUCCESS');
    const late = await direct.deliver(create);
    expect(late.answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('deleted') });
    await expectDeleted();
  });

  furtherTest('does not stand in the way of a create that is asked for later', async () => {
    const here = account.in('us-east-1');
    const resource = newResource();
    await here.send(deleteRequest(resource, INVENTED_ID));
    // CloudFormation tells seconds.
    await sleep(1100);
    expect((await here.send(createRequest(resource))).answer?.Status).toBe('SUCCESS');
  });

  furtherTest.each(['CreateAccessKey', 'CreateSecret', 'GetCallerIdentity'])(
    'while the create is at %s ends with nothing',
    async (action) => {
      const here = account.in('us-east-1');
      await account.aws.settings({ latencyMs: 40 });
      const result = await here.create({}, { failDuringBundle: called(action) });
      expect(result.exchanges.map(({ event }) => event.RequestType)).toEqual(['Create', 'Delete']);
      expect(result.exchanges[1]?.event.PhysicalResourceId).toMatch(/^redis-Bundle-/);
      await here.cloudFormation.settled();
      await account.aws.settings({ latencyMs: 0 });
      if (result.status === 'ROLLBACK_FAILED') await here.remove();
      await expectDeleted();
    },
  );
});

describe('an event that Lambda delivers twice', () => {
  test('at once makes one bundle with one key', async () => {
    const here = account.in('us-east-1');
    const direct = await here.direct();
    const event = direct.event(createRequest(newResource()));
    const [one, two] = await Promise.all([direct.deliver(event), direct.deliver(event)]);
    expect(two.answer).toEqual(one.answer);
    expect(one.answer?.Status).toBe('SUCCESS');
    const { users, secrets } = await here.state();
    const AccessKeyId = one.answer?.Data?.AccessKeyId ?? '';
    expect(users[USER]?.keys).toEqual({ [AccessKeyId]: 'Active' });
    expect(secrets['rv-access/redislabs-user']?.current).toMatchObject({ accessKeyId: AccessKeyId });
  });

  furtherTest(
    'one after the other is answered twice in the same words, and changes nothing again',
    async () => {
      const here = account.in('us-east-1');
      const direct = await here.direct();
      const resource = newResource();
      const create = direct.event(createRequest(resource));
      const first = await direct.deliver(create);
      const id = first.answer?.PhysicalResourceId ?? '';
      const created = await here.state();
      expect((await direct.deliver(create)).body).toBe(first.body);
      expect(await here.state()).toEqual(created);

      const rotate = direct.event(updateRequest(resource, id, { AccessKeySerial: '2' }, {}));
      const rotated = await direct.deliver(rotate);
      const before = await here.state();
      expect((await direct.deliver(rotate)).body).toBe(rotated.body);
      expect(await here.state()).toEqual(before);
    },
  );

  furtherTest('once more after newer ones changes nothing and is answered', async () => {
    const here = account.in('us-east-1');
    const direct = await here.direct();
    const resource = newResource();
    const { answer } = await direct.deliver(direct.event(createRequest(resource)));
    const id = answer?.PhysicalResourceId ?? '';
    const second = { Tags: 'V=2', AccessKeySerial: '2' };
    const older = direct.event(updateRequest(resource, id, second, {}));
    await direct.deliver(older);
    const third = { Tags: 'V=3', AccessKeySerial: '3' };
    await direct.deliver(direct.event(updateRequest(resource, id, third, second)));
    const before = await here.state();
    const late = await direct.deliver(older);
    expect(late.answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    expect(await here.state()).toEqual(before);
  });

  furtherTest('once more after the delete gets the same answer, and makes nothing', async () => {
    const here = account.in('us-east-1');
    const direct = await here.direct();
    const resource = newResource();
    const create = direct.event(createRequest(resource));
    const { answer } = await direct.deliver(create);
    await direct.deliver(direct.event(deleteRequest(resource, answer?.PhysicalResourceId ?? '')));
    const before = await here.state();
    const late = await direct.deliver(create);
    expect(late.answer).toEqual(answer);
    expect(await here.state()).toEqual(before);
  });

  furtherTest('an update of a bundle that does not exist makes it, under the id of its names', async () => {
    const here = account.in('us-east-1');
    const direct = await here.direct();
    const resource = newResource();
    const made = await direct.deliver(direct.event(updateRequest(resource, INVENTED_ID, {}, {})));
    expect(made.answer?.Status).toBe('SUCCESS');
    const tag = bundleTagOf(made.answer?.PhysicalResourceId ?? '');
    expect((await here.state()).users[USER]?.tags['rv-access:bundle']).toBe(tag);
  });
});

describe('a stack that fails elsewhere', () => {
  test('once the bundle is made, is rolled back to nothing', async () => {
    const here = account.in('us-east-1');
    const result = await here.create({}, { failAfterBundle: true });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    await expectDeleted();
  });

  furtherTest('while an update runs, is rolled back to the state before', async () => {
    const here = account.in('us-east-1');
    await here.create({ Tags: 'V=1' });
    const before = await here.state();
    const { consolePassword: _, ...kept } = await here.content();
    await account.aws.clearCalls();
    await account.aws.settings({ latencyMs: 20 });
    const changes = { Tags: 'V=2', ConsoleAccess: 'None' };
    const result = await here.update(changes, { failDuringBundle: called('DeleteLoginProfile') });
    await here.cloudFormation.settled();
    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await account.aws.settings({ latencyMs: 0 });
    expect(await here.content()).toMatchObject(kept);
    const { secrets: _secrets, ...iam } = await here.state();
    const { secrets: __, ...iamBefore } = before;
    expect(iam).toEqual(iamBefore);
  });
});

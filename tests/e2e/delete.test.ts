import { TagUserCommand } from '@aws-sdk/client-iam';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { furtherTest } from '../support/sample.ts';
import { useAccount } from './account.ts';
import { expectedState, NOTHING } from './expected.ts';
import { createRequest, deleteRequest, newResource } from './requests.ts';

const account = useAccount();
const USER = 'redislabs-user';
const SECRET = 'rv-access/redislabs-user';
const NODE_ROLE = 'redislabs-cluster-node-role';
const scheduled = expect.objectContaining({ scheduled: true });

test('a delete leaves nothing but the secret, scheduled for deletion; a second one succeeds as well', async () => {
  const here = account.in('us-east-1');
  const resource = newResource();
  const created = await here.send(createRequest(resource));
  const id = created.answer?.PhysicalResourceId ?? '';
  for (let times = 1; times <= 2; times += 1) {
    const removed = await here.send(deleteRequest(resource, id));
    expect(JSON.parse(removed.body ?? '')).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
      StackId: resource.stackId,
      RequestId: removed.event.RequestId,
      LogicalResourceId: 'Bundle',
    });
    expect(await here.state()).toEqual({ ...NOTHING, secrets: { [SECRET]: scheduled } });
  }
});

furtherTest('a delete of a stack makes its key worthless', async () => {
  const here = account.in('us-east-1');
  await here.create({ ReplicaRegions: 'eu-west-1' });
  await here.update({ AccessKeySerial: '2' });
  const contents = [await here.content(), await here.content('AWSPREVIOUS')];
  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
  const callers = await Promise.all(contents.map(here.clients.callerOf));
  expect(callers).toEqual(['InvalidClientTokenId', 'InvalidClientTokenId']);
  expect(await here.state()).toEqual({ ...NOTHING, secrets: { [SECRET]: scheduled } });
});

test('a delete goes on where AWS denies what it has done already, as the answer got lost', async () => {
  const here = account.in('us-east-1');
  await here.create({ SecretRecoveryDays: '0' });
  await account.aws.clearCalls();
  const actions = ['DeleteLoginProfile', 'DeleteUser', 'DeleteRole', 'DeleteInstanceProfile', 'DeletePolicy'];
  for (const action of actions) await account.aws.addFault({ fault: 'lostAnswer', service: 'iam', action });
  const removed = await here.remove();
  expect(removed.status, removed.answers[0]?.Reason).toBe('DELETE_COMPLETE');
  expect(await here.state()).toEqual(NOTHING);
  const denied = (await account.aws.calls()).filter(({ errorCode }) => errorCode === 'AccessDenied');
  // The user is still there when its password is deleted once more.
  expect(new Set(denied.map(({ action }) => action))).toEqual(new Set(actions.slice(1)));
});

furtherTest('with SecretRecoveryDays=0 the secret is gone at once', async () => {
  const here = account.in('us-east-1');
  await here.create({ SecretRecoveryDays: '0' });
  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
  expect(await here.state()).toEqual(NOTHING);
});

test('properties that are bad, of another time or absent do not stop a delete', async () => {
  const here = account.in('us-east-1');
  const resource = newResource();
  const created = await here.send(createRequest(resource, { SecretRecoveryDays: '0' }));
  const id = created.answer?.PhysicalResourceId ?? '';
  const properties = { ConsoleAccess: 'Maybe', Tags: '=', Forgotten: 'x', SecretRecoveryDays: '0' };
  expect((await here.send(deleteRequest(resource, id, properties))).answer?.Status).toBe('SUCCESS');
  expect(await here.state()).toEqual(NOTHING);
  expect((await here.send(deleteRequest(resource, id))).answer?.Status).toBe('SUCCESS');
});

describe('a secret that is scheduled for deletion', () => {
  test('by a stack of the same name that is gone is restored, and its dead keys never come back', async () => {
    const here = account.in('us-east-1');
    await here.create();
    const dead = await here.content();
    const { SecretArn } = here.stack().outputs;
    await here.remove();
    const result = await here.create();
    expect(result.status).toBe('CREATE_COMPLETE');
    expect(result.outputs.SecretArn).toBe(SecretArn);
    expect(await here.state()).toEqual(expectedState(here.stack()));
    const { accessKeyId, consolePassword } = await here.content();
    expect(accessKeyId).not.toBe(dead.accessKeyId);
    expect(consolePassword).not.toBe(dead.consolePassword);
    expect(await here.clients.callerOf(await here.content())).toBe(result.outputs.UserArn);
  });

  furtherTest('by a stack of another name is taken over, too', async () => {
    const here = account.in('us-east-1');
    await here.create();
    await here.remove();
    const result = await here.create({}, { stackName: 'another' });
    expect(result.status).toBe('CREATE_COMPLETE');
    expect(await here.state()).toEqual(expectedState(here.stack('another')));
  });

  furtherTest('by a delete of the same stack is restored by a later create of it', async () => {
    const here = account.in('us-east-1');
    const resource = newResource();
    const first = await here.send(createRequest(resource));
    const id = first.answer?.PhysicalResourceId ?? '';
    await here.send(deleteRequest(resource, id));
    const again = await here.send(createRequest(resource));
    expect(again.answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    const { users, secrets } = await here.state();
    const AccessKeyId = again.answer?.Data?.AccessKeyId ?? '';
    expect(users[USER]?.keys).toEqual({ [AccessKeyId]: 'Active' });
    expect(secrets[SECRET]).toMatchObject({ scheduled: false, current: { accessKeyId: AccessKeyId } });
    expect(AccessKeyId).not.toBe(first.answer?.Data?.AccessKeyId);
  });

  furtherTest('by hand does not stop the delete of its stack', async () => {
    const here = account.in('us-east-1');
    await here.create();
    await here.clients.secrets.send(new DeleteSecretCommand({ SecretId: SECRET }));
    expect((await here.remove()).status).toBe('DELETE_COMPLETE');
    expect(await here.state()).toEqual({ ...NOTHING, secrets: { [SECRET]: scheduled } });
  });
});

describe('deletion protection', () => {
  const useKey = async (service: string, secondsAgo: number) => {
    const { accessKeyId } = await account.in('us-east-1').content();
    await account.aws.setLastUsed({ accessKeyId, service, secondsAgo });
    return accessKeyId;
  };

  test('refuses while a key was used in the last day, tells who used what, and changes nothing', async () => {
    const here = account.in('us-east-1');
    await here.create();
    const key = await useKey('ec2', 3600);
    const before = await here.state();
    const refused = await here.remove();
    expect(refused.status).toBe('DELETE_FAILED');
    expect(refused.answers[0]?.Reason).toMatch(
      new RegExp(`access key ${key} \\(for ec2 in us-east-1, \\d{4}-.*Z\\)`),
    );
    expect(refused.answers[0]?.Reason).toContain('rv-access:delete=anyway');
    expect(await here.state()).toEqual(before);
  });

  furtherTest('refuses while the instance role was used in the last day', async () => {
    const here = account.in('us-east-1');
    await here.create();
    await account.aws.setLastUsed({ roleName: NODE_ROLE, secondsAgo: 60 });
    const before = await here.state();
    const refused = await here.remove();
    expect(refused.status).toBe('DELETE_FAILED');
    expect(refused.answers[0]?.Reason).toContain('the instance role');
    expect(await here.state()).toEqual(before);
  });

  furtherTest(
    'does not count STS, which the bundle itself calls, nor what was before yesterday',
    async () => {
      const here = account.in('us-east-1');
      await here.create({ SecretRecoveryDays: '0' });
      await useKey('sts', 60);
      await account.aws.setLastUsed({ roleName: NODE_ROLE, secondsAgo: 25 * 3600 });
      expect((await here.remove()).status).toBe('DELETE_COMPLETE');
      await here.create({ SecretRecoveryDays: '0' });
      await useKey('ec2', 25 * 3600);
      expect((await here.remove()).status).toBe('DELETE_COMPLETE');
    },
  );

  furtherTest(
    'is overruled by the tag rv-access:delete=anyway on the user, since a stack in DELETE_FAILED cannot be updated',
    async () => {
      const here = account.in('us-east-1');
      await here.create({ SecretRecoveryDays: '0' });
      await useKey('ec2', 60);
      expect((await here.remove()).status).toBe('DELETE_FAILED');
      const Tags = [{ Key: 'rv-access:delete', Value: 'anyway' }];
      await here.clients.iam.send(new TagUserCommand({ UserName: USER, Tags }));
      expect((await here.remove()).status).toBe('DELETE_COMPLETE');
      expect(await here.state()).toEqual(NOTHING);
    },
  );

  furtherTest('that is switched off deletes what is in use', async () => {
    const here = account.in('us-east-1');
    await here.create();
    await useKey('ec2', 60);
    await account.aws.setLastUsed({ roleName: NODE_ROLE, secondsAgo: 60 });
    await here.update({ DeletionProtection: 'Off' });
    expect((await here.remove()).status).toBe('DELETE_COMPLETE');
    expect((await here.state()).users).toEqual({});
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RunningAttempt } from '../../local/lambda/function.ts';
import { furtherTest, oneIn } from '../support/sample.ts';
import { useAccount } from './account.ts';
import { expectedState, NOTHING } from './expected.ts';
import { createRequest, newResource } from './requests.ts';

const account = useAccount({ leaseSeconds: 3 });
const here = () => account.in('us-east-1');
const outcomes = (attempts: { outcome: string }[] | undefined) => attempts?.map(({ outcome }) => outcome);

describe('an answer that S3 does not take', () => {
  test.each(oneIn(2, [503, 0]))(
    'twice (status %i, where 0 is a closed connection) is sent until it does',
    async (status) => {
      await here().cloudFormation.failResponses(2, status);
      const result = await here().create();
      expect(result.status).toBe('CREATE_COMPLETE');
      expect(outcomes(result.exchanges[0]?.attempts)).toEqual(['success']);
      const requests = await here().cloudFormation.responseRequests();
      expect(requests.map((request) => request.status)).toEqual([status, status, 200]);
    },
  );

  test('because the URL is refused makes Lambda run the event again, which answers without doing it twice', async () => {
    await here().cloudFormation.failResponses(1, 403);
    const result = await here().create();
    expect(result.status).toBe('CREATE_COMPLETE');
    expect(outcomes(result.exchanges[0]?.attempts)).toEqual(['error', 'success']);
    const requests = await here().cloudFormation.responseRequests();
    expect(requests.map(({ status }) => status)).toEqual([403, 200]);
    expect(await here().state()).toEqual(expectedState(here().stack()));
  });

  test('at all is given up after three runs, and each has told its log', async () => {
    await here().cloudFormation.failResponses(1000, 403);
    const { attempts, answer } = await here().send(createRequest(newResource()));
    expect(answer).toBeUndefined();
    expect(outcomes(attempts)).toEqual(['error', 'error', 'error']);
    for (const { error } of attempts) {
      expect(error?.errorMessage).toBe(
        'CloudFormation could not be answered: status 403. The request will be run again by Lambda.',
      );
    }
  });

  furtherTest('of a failure is sent again, too, and the failure is not lost', async () => {
    await here().cloudFormation.failResponses(1, 403);
    const { attempts, answer } = await here().send(createRequest(newResource(), { UserNam: 'x' }));
    expect(outcomes(attempts)).toEqual(['error', 'success']);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('"UserNam"') });
  });
});

describe('what is no request of CloudFormation', () => {
  test('is refused, if it can be answered', async () => {
    const event = { ...createRequest(newResource()), RequestType: 'Read' as 'Create' };
    const { answer } = await here().send(event);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('"Read"') });
    expect(await here().state()).toEqual(NOTHING);
  });

  furtherTest('is refused if its stack id is none', async () => {
    const event = { ...createRequest(newResource()), StackId: 'redis' };
    const { answer } = await here().send(event);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('"redis"') });
    expect(answer?.PhysicalResourceId).toBeTruthy();
  });
});

describe('a function that dies', () => {
  /** Ends the first run while AWS holds back a call of that action, which is then never applied. */
  async function dieAt(action: string) {
    await account.aws.clearCalls();
    await account.aws.addFault({ fault: 'hang', action, milliseconds: 20_000 });
    let first: RunningAttempt | undefined;
    const onAttempt = (running: RunningAttempt) => {
      first ??= running;
    };
    const killed = async () => {
      while (!(await account.aws.calls()).some((call) => call.action === action)) await sleep(5);
      first?.kill();
    };
    return { onAttempt, killed };
  }

  // What may be there without being seen yet is waited for, so each of these takes half a minute; crashes/ tries every call.
  test.each(oneIn(3, ['CreateAccessKey', 'CreateRole', 'UpdateSecretVersionStage']))(
    'at %s in a create is run again by Lambda, and the stack is complete',
    async (action) => {
      const { onAttempt, killed } = await dieAt(action);
      const [result] = await Promise.all([here().create({}, { onAttempt }), killed()]);
      expect(result.status).toBe('CREATE_COMPLETE');
      expect(outcomes(result.exchanges[0]?.attempts)).toEqual(['crash', 'success']);
      expect(await here().state()).toEqual(expectedState(here().stack()));
      expect(await here().clients.callerOf(await here().content())).toBe(result.outputs.UserArn);
    },
  );

  furtherTest('before it could store a new key leaves none that nobody knows', async () => {
    const { onAttempt, killed } = await dieAt('PutSecretValue');
    const [result] = await Promise.all([here().create({}, { onAttempt }), killed()]);
    expect(result.status).toBe('CREATE_COMPLETE');
    expect(await here().state()).toEqual(expectedState(here().stack()));
  });

  furtherTest('in a rotation keeps the old key current until the new one is', async () => {
    await here().create();
    const old = await here().content();
    const { onAttempt, killed } = await dieAt('UpdateSecretVersionStage');
    const update = here().update({ AccessKeySerial: '2' }, { onAttempt });
    await killed();
    expect((await here().content()).accessKeyId).toBe(old.accessKeyId);
    expect((await update).status).toBe('UPDATE_COMPLETE');
    const { users } = await here().state();
    const { accessKeyId } = await here().content();
    expect(accessKeyId).not.toBe(old.accessKeyId);
    expect(users['redislabs-user']?.keys).toEqual({ [old.accessKeyId]: 'Active', [accessKeyId]: 'Active' });
  });

  furtherTest.each(['UpdateAccessKey', 'DeletePolicy'])(
    'at %s in a delete is run again by Lambda, and nothing is left',
    async (action) => {
      await here().create({ SecretRecoveryDays: '0' });
      const { onAttempt, killed } = await dieAt(action);
      const [result] = await Promise.all([here().remove(undefined, { onAttempt }), killed()]);
      expect(result.status).toBe('DELETE_COMPLETE');
      expect(await here().state()).toEqual(NOTHING);
    },
  );
});

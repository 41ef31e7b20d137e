import { describe, expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import type { Call } from '../support/memory-aws/calls.ts';
import { bookmark, expectSuccess, settled, soon } from './journey.ts';

const account = useAccount();

/** Every server of AWS fails for a time, from the n-th call of a request on. */
function outage(n: number, seconds: number): void {
  const first = account.aws.calls.length + n;
  let begun: number | undefined;
  const isOut = ({ number, service }: Call) => {
    if (number >= first) begun ??= Date.now();
    return begun !== undefined && service !== 'sts' && Date.now() < begun + seconds * 1000;
  };
  account.aws.failCall(isOut, 'error500', Number.POSITIVE_INFINITY);
}

describe.each([0, 4, 9, 20, 40, 45, 50])('eight seconds in which all of AWS fails, from call %i on', (n) => {
  test('delay a Create, and no more', async () => {
    outage(n, 8);
    expectSuccess((await account.create()).answer);
    expect(account.user().accessKeys).toMatchObject([{ id: account.content()?.accessKeyId, active: true }]);
  });

  test('delay an Update that rotates, and a Delete', async () => {
    await settled(account);
    const back = bookmark(account);
    outage(n, 8);
    expectSuccess((await account.update({ AccessKeySerial: 2, PasswordSerial: 2 })).answer);
    expect(account.content()).toMatchObject({ accessKeySerial: 2, passwordSerial: 2 });
    expect(account.user().accessKeys).toHaveLength(2);
    back();
    soon();
    account.aws.faults.length = 0;
    outage(n, 8);
    expectSuccess((await account.delete()).answer);
    expect(account.entities()).toEqual([]);
  });
});

test.each([
  ['IAM', 'GetUser', 'error500'],
  ['IAM', 'CreateUser', 'throttled'],
  ['Secrets Manager', 'CreateSecret', 'error500'],
  ['Secrets Manager', 'PutSecretValue', 'lostAnswerReset'],
] as const)(
  '%s that fails %s for longer (%s) fails the request, which says what to do',
  async (_service, action, fault) => {
    account.fail(action, fault, Number.POSITIVE_INFINITY);
    const { answer } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(/It went on for longer than was waited for: try again in some minutes\.$/);
  },
);

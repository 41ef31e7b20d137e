import { describe, expect, test } from 'vitest';
import { oneIn } from '../support/sample.ts';
import { useAccount } from './account.ts';
import { expectedData, expectedState } from './expected.ts';

const account = useAccount();

describe.each([
  ['us-gov-west-1', 'aws-us-gov', 'https://123456789012.signin.amazonaws-us-gov.com/console'],
  ['cn-north-1', 'aws-cn', 'https://123456789012.signin.amazonaws.cn/console'],
])('in %s', (region, partition, signIn) => {
  test.each(oneIn(2, ['UserAndRole', 'Role']))(
    'the default account of Redis is refused before anything is touched (%s)',
    async (ConsoleAccess) => {
      const here = account.in(region);
      await account.aws.clearCalls();
      const result = await here.create({ ConsoleAccess });
      expect(result.status).toBe('ROLLBACK_COMPLETE');
      const { Reason } = result.answers[0] ?? {};
      expect(Reason).toContain('RedisAccountId "168085023892" is an account of the partition aws');
      expect(Reason).toMatch(/Set RedisAccountId to .*, or ConsoleAccess to User or None/);
      // The roll-back is noted in the ledger.
      const written = (await account.aws.calls()).filter(
        ({ service, action }) => service !== 'dynamodb' && !/^(Get|List|Describe)/.test(action),
      );
      expect(written).toEqual([]);
    },
  );

  test.each(
    oneIn(3, [{ RedisAccountId: '210987654321' }, { ConsoleAccess: 'User' }, { ConsoleAccess: 'None' }]),
  )('a stack with %j lives and dies, with ARNs and pages of that partition', async (parameters) => {
    const here = account.in(region);
    const result = await here.create(parameters);
    expect(result.status).toBe('CREATE_COMPLETE');
    expect(result.answers[0]?.Data).toEqual(expectedData(here.stack()));
    expect(result.outputs.SignInLoginUrl).toBe(signIn);
    expect(result.outputs.UserArn).toBe(`arn:${partition}:iam::123456789012:user/redislabs-user`);
    expect(await here.state()).toEqual(expectedState(here.stack()));
    expect(await here.clients.callerOf(await here.content())).toBe(result.outputs.UserArn);
    expect((await here.remove()).status).toBe('DELETE_COMPLETE');
    expect((await here.state()).users).toEqual({});
  });
});

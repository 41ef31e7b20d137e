import { CreateUserCommand, DeleteRoleCommand, DeleteUserCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '../../../src/aws/clients.ts';
import { codeOf, surelyNotApplied } from '../../../src/aws/error-codes.ts';
import { CallError, DeadlineError } from '../../../src/errors.ts';
import { useAccount } from '../../support/account.ts';
import { iamError, noSuchEntity } from '../../support/memory-aws/iam-errors.ts';
import { secretsError } from '../../support/memory-aws/secrets-errors.ts';

const account = useAccount();
const getUser = (options?: { fresh?: boolean; passing?: string[] }) =>
  account.wait(account.connection.iam(new GetUserCommand({ UserName: 'redis' }), options));
const seconds = async (work: Promise<unknown>): Promise<number> => {
  const started = Date.now();
  await work.catch(() => {});
  return (Date.now() - started) / 1000;
};
const refusal = (name: string, message = 'no') => iamError(name, message, 400);

describe('a call', () => {
  beforeEach(() => {
    account.aws.addForeignUser('redis');
  });

  test('is logged as one line with what it did, to what, how long and how it ended', async () => {
    account.aws.latency = 40;
    await getUser();
    const lines = account.place.output.lines.map(({ text }) => JSON.parse(text));
    expect(lines).toEqual([{ action: 'GetUser', subject: 'redis', ms: 40, tries: 1, outcome: 'ok' }]);
  });

  test('that fails is logged with the code of the error', async () => {
    account.fail('GetUser', refusal('InvalidInput'));
    await expect(getUser()).rejects.toThrow(CallError);
    expect(JSON.parse(account.place.output.lines[0]?.text ?? '')).toMatchObject({ outcome: 'InvalidInput' });
  });

  test('that fails says which one, for what, why, and under which request id', async () => {
    account.fail('GetUser', refusal('InvalidInput', 'The name is bad.'));
    await expect(getUser()).rejects.toThrow(
      /^GetUser for "redis" failed: InvalidInput: The name is bad \(request id [0-9a-f-]{36}\)\.$/,
    );
  });

  test('is tried again by the SDK when AWS is throttled or stumbles', async () => {
    account.fail('GetUser', 'throttled', 2);
    account.fail('GetUser', 'error500', 2);
    expect((await getUser()).User?.UserName).toBe('redis');
    expect(account.aws.calls).toMatchObject([{ tries: 5 }]);
  });

  test('that hangs is given up and tried again', async () => {
    account.fail('GetUser', 'hang');
    expect(await seconds(getUser())).toBeLessThan(7);
    expect(account.aws.calls).toMatchObject([{ tries: 2, applied: 1 }]);
  });

  test('whose answer was lost is not repeated when it must not happen twice', async () => {
    account.fail('CreateUser', 'lostAnswerReset');
    const create = account.connection.iamOnce(new CreateUserCommand({ UserName: 'new' }));
    await expect(account.wait(create)).rejects.toThrow('CreateUser for "new" failed');
    expect(account.aws.calls).toMatchObject([{ tries: 1, applied: 1 }]);
  });

  test.each(['EntityTemporarilyUnmodifiable', 'ConcurrentModification', 'Throttling'])(
    'that meets %s is patient, for a minute',
    async (name) => {
      account.fail('GetUser', refusal(name), 12);
      expect((await getUser()).User?.UserName).toBe('redis');
      account.fail('GetUser', refusal(name), 1000);
      const waited = await seconds(getUser());
      expect(waited).toBeGreaterThan(55);
      expect(waited).toBeLessThan(65);
    },
  );

  test.each(['error500', 'lostAnswerReset'] as const)(
    'that meets a server which fails (%s) is patient for longer than the SDK is, for 15 seconds',
    async (fault) => {
      account.fail('GetUser', fault, 32);
      expect((await getUser()).User?.UserName).toBe('redis');
      account.fail('GetUser', fault, 1000);
      const waited = await seconds(getUser());
      expect(waited).toBeGreaterThan(14);
      expect(waited).toBeLessThan(20);
    },
  );

  test('that is refused after a server had failed may have been carried out all the same', async () => {
    const create = () => account.wait(account.connection.iam(new CreateUserCommand({ UserName: 'new' })));
    account.fail('CreateUser', 'lostAnswer500', 5);
    const failure = await create().catch((error) => error);
    expect(account.aws.calls.at(-1)).toMatchObject({ error: 'EntityAlreadyExistsException', tries: 1 });
    expect([codeOf(failure), surelyNotApplied(failure)]).toEqual(['EntityAlreadyExists', false]);
    const refused = await create().catch((error) => error);
    expect([codeOf(refused), surelyNotApplied(refused)]).toEqual(['EntityAlreadyExists', true]);
  });

  test('waits for further codes only if it was told to', async () => {
    account.fail('GetUser', refusal('InvalidRequest'));
    await expect(getUser()).rejects.toThrow('InvalidRequest');
    account.fail('GetUser', refusal('InvalidRequest'));
    expect((await getUser({ passing: ['InvalidRequest'] })).User?.UserName).toBe('redis');
  });

  test.each([
    ['NoSuchEntity', 'The user with name redis cannot be found.', true],
    ['MalformedPolicyDocument', 'Invalid principal in policy: "AWS":"arn:…"', true],
    ['MalformedPolicyDocument', 'Syntax errors in policy.', false],
    ['InvalidInput', 'no', false],
  ])('for something fresh meets %s (%s): waits %j', async (name, message, waits) => {
    account.fail('GetUser', refusal(name, message));
    await expect(getUser()).rejects.toThrow(name);
    account.fail('GetUser', refusal(name, message));
    if (waits) expect((await getUser({ fresh: true })).User?.UserName).toBe('redis');
    else await expect(getUser({ fresh: true })).rejects.toThrow(name);
  });
});

describe('a denial', () => {
  const describeSecret = () =>
    account.wait(account.connection.secrets(new DescribeSecretCommand({ SecretId: 'redis' })));

  test('of a call that was under way for long is followed by another try, if that call was begun in time', async () => {
    account.aws.addForeignUser('redis');
    account.fail('DescribeSecret', 'accessDenied', 1000);
    account.fail('GetUser', 'accessDenied', 1);
    const first = describeSecret().catch(() => 'denied');
    account.aws.gate = async ({ action }) => {
      if (action !== 'GetUser') return;
      delete account.aws.gate;
      await new Promise((resolve) => setTimeout(resolve, 30_000));
    };
    expect((await getUser()).User?.UserName).toBe('redis');
    expect(await first).toBe('denied');
  });

  test('that names no explicit deny may pass, and is waited out for 20 seconds in all of an operation', async () => {
    account.fail('GetUser', 'accessDenied', 1000);
    account.fail('DescribeSecret', 'accessDenied', 1000);
    const first = await seconds(getUser());
    expect(first).toBeGreaterThan(15);
    expect(first).toBeLessThan(25);
    expect(await seconds(describeSecret())).toBeLessThan(1);
  });

  test('that passes is not noticed', async () => {
    account.aws.addForeignSecret('redis');
    account.fail('DescribeSecret', 'accessDenied', 4);
    expect((await describeSecret()).Name).toBe('redis');
  });

  const createUser = () => account.wait(account.connection.iam(new CreateUserCommand({ UserName: 'redis' })));
  test.each([
    ['done', 'GetUser', getUser, true],
    ['not there', 'GetUser', getUser, false],
    ['there already', 'CreateUser', createUser, true],
  ])(
    'that has passed (%s) uses up nothing of what a later one may be waited for',
    async (_end, action, call, isThere) => {
      if (isThere) account.aws.addForeignUser('redis');
      account.fail(action, 'accessDenied', 3);
      await call().catch(() => {});
      vi.setSystemTime(Date.now() + 60_000);
      account.aws.addForeignSecret('redis');
      account.fail('DescribeSecret', 'accessDenied', 3);
      expect((await describeSecret()).Name).toBe('redis');
    },
  );

  test('says what to look at', async () => {
    account.fail('GetUser', 'accessDenied', 1000);
    await expect(getUser()).rejects.toThrow("If the template's role was changed, restore it");
  });

  test.each([
    ['with an explicit deny in a service control policy', 'a service control policy'],
    ['with an explicit deny in a permissions boundary', 'a permissions boundary'],
    ['with an explicit deny in an identity-based policy', 'a identity-based policy'],
    ['with an explicit deny', 'a Deny statement'],
    ['because no service control policy allows the iam:GetUser action', 'a service control policy'],
    ['because no permissions boundary allows the iam:GetUser action', 'a permissions boundary'],
  ])('%s fails at once and says that it comes from %s', async (because, whose) => {
    account.fail('GetUser', refusal('AccessDenied', `User: x is not authorized ${because}`), 1000);
    let failure: unknown;
    const waited = await seconds(
      getUser().catch((error) => {
        failure = error;
      }),
    );
    expect(waited).toBe(0);
    expect((failure as Error).message).toContain(`The denial comes from ${whose}`);
  });
});

describe('a denial about what is not there', () => {
  const deleteUser = () => account.wait(account.connection.iam(new DeleteUserCommand({ UserName: 'redis' })));
  const codeAfter = async (work: Promise<unknown>) => {
    const started = Date.now();
    const code = await work.then(() => 'done', codeOf);
    return { code, seconds: (Date.now() - started) / 1000 };
  };

  test('says that it is not there, once no read can be stale', async () => {
    const { code, seconds: waited } = await codeAfter(deleteUser());
    expect(code).toBe('NoSuchEntity');
    expect(waited).toBeGreaterThanOrEqual(15);
    expect(waited).toBeLessThan(20);
  });

  test('leaves what other denials may be waited for', async () => {
    await codeAfter(deleteUser());
    account.aws.addForeignUser('other');
    account.fail('GetUser', 'accessDenied', 3);
    const other = account.connection.iam(new GetUserCommand({ UserName: 'other' }));
    expect((await account.wait(other)).User?.UserName).toBe('other');
  });

  test('is waited out while a read shows it, and while none does yet', async () => {
    account.aws.addForeignUser('redis');
    account.fail('DeleteUser', 'accessDenied', 3);
    expect(await codeAfter(deleteUser())).toMatchObject({ code: 'done' });
    account.aws.addForeignUser('redis');
    account.fail('DeleteUser', 'accessDenied', 3);
    account.fail('GetUser', noSuchEntity('not shown yet'), 3);
    expect(await codeAfter(deleteUser())).toMatchObject({ code: 'done' });
    expect(account.aws.users).toEqual({});
  });

  test('stays a denial for what is there all the time', async () => {
    account.aws.addForeignUser('redis');
    account.fail('DeleteUser', 'accessDenied', 1000);
    expect(await codeAfter(deleteUser())).toMatchObject({ code: 'AccessDenied' });
  });

  test('stays a denial where an organisation forbids it, and for what makes it', async () => {
    account.fail('DeleteUser', 'explicitDeny', 1000);
    expect(await codeAfter(deleteUser())).toEqual({ code: 'AccessDenied', seconds: 0 });
    account.fail('CreateUser', 'accessDenied', 1000);
    const create = account.connection.iam(new CreateUserCommand({ UserName: 'redis' }));
    expect(await codeAfter(account.wait(create))).toMatchObject({ code: 'AccessDenied' });
  });

  test('is told by a look at what the call is about', async () => {
    await codeAfter(account.wait(account.connection.iam(new DeleteRoleCommand({ RoleName: 'redis' }))));
    expect([...new Set(account.aws.calls.map(({ action }) => action))]).toEqual(['DeleteRole', 'GetRole']);
  });
});

describe('a KMS key that denies', () => {
  const read = () =>
    account.wait(account.connection.secrets(new DescribeSecretCommand({ SecretId: 'redis' })));

  test('fails the call at once, and not after 20 s, with advice about the key', async () => {
    account.fail(
      'DescribeSecret',
      secretsError('AccessDeniedException', 'Access to KMS is not allowed'),
      1000,
    );
    let failure: Error | undefined;
    const waited = await seconds(
      read().catch((error) => {
        failure = error;
      }),
    );
    expect(waited).toBe(0);
    expect(failure?.message).toMatch(
      /^DescribeSecret for "redis" failed: AccessDeniedException: Access to KMS is not allowed \(request id [0-9a-f-]+\)\. Check that the key of the secret \(KmsKeyArn\) exists, is enabled, and that its policy lets this account use it\.$/,
    );
  });

  test('does not use up what other denials may be waited for', async () => {
    account.fail('DescribeSecret', secretsError('AccessDeniedException', 'Access to KMS is not allowed'));
    await read().catch(() => {});
    account.aws.addForeignUser('redis');
    account.fail('GetUser', 'accessDenied', 3);
    expect((await getUser()).User?.UserName).toBe('redis');
  });
});

describe('at the deadline', () => {
  test('nothing more is sent', async () => {
    const end = new AbortController();
    const aws = connect(end.signal);
    end.abort();
    await expect(aws.iam(new GetUserCommand({ UserName: 'redis' }))).rejects.toThrow(DeadlineError);
    expect(account.aws.calls).toEqual([]);
  });

  test('a call that is under way ends', async () => {
    const end = new AbortController();
    account.fail('GetUser', 'hang', 1000);
    setTimeout(() => end.abort(), 1000);
    const call = connect(end.signal).iam(new GetUserCommand({ UserName: 'redis' }));
    expect(await seconds(account.wait(call))).toBe(1);
    await expect(call).rejects.toThrow(DeadlineError);
  });

  test('a wait between two tries ends', async () => {
    const end = new AbortController();
    account.fail('GetUser', refusal('ConcurrentModification'), 1000);
    setTimeout(() => end.abort(), 10);
    const call = connect(end.signal).iam(new GetUserCommand({ UserName: 'redis' }));
    expect(await seconds(account.wait(call))).toBe(0.01);
    await expect(call).rejects.toThrow(DeadlineError);
  });
});

import { describe, expect, test } from 'vitest';
import { useAccount } from './account.ts';
import { secretsError } from './memory-aws/secrets-errors.ts';

const account = useAccount();

describe('a Create that fails', () => {
  test('before there is a secret by which a Delete would know of it leaves nothing', async () => {
    account.fail('CreateSecret', 'explicitDeny');
    expect((await account.create()).answer.Status).toBe('FAILED');
    expect(account.entities()).toEqual([]);
  });
});

describe('a replacement that fails', () => {
  test('when its credentials may be in force, in the secret that both states share, keeps them alive', async () => {
    await account.create({ SecretName: 'rv-access/redislabs-user' });
    account.fail('UpdateSecretVersionStage', 'lostAnswerReset', 5);
    const { answer } = await account.update({ UserName: 'other' });
    expect(answer.Status).toBe('FAILED');
    const current = account.content();
    expect(current?.consoleUsername).toBe('other');
    expect(account.user('other').accessKeys).toMatchObject([
      { id: current?.accessKeyId, secret: current?.accessSecretKey },
    ]);
  });
});

test('an error of AWS that repeats what it was sent shows no new key and no new password', async () => {
  account.fail('PutSecretValue', ({ input }) =>
    secretsError('InvalidRequestException', `You sent ${input.SecretString}`),
  );
  const { answer, log } = await account.create();
  expect(answer.Reason).toContain('You sent {"name":');
  expect(account.aws.minted.length).toBeGreaterThan(1);
  for (const secret of account.aws.minted)
    for (const written of [secret, JSON.stringify(secret).slice(1, -1)])
      expect(`${answer.Reason}${log}`).not.toContain(written);
});

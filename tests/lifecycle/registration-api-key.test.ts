import { describe, expect, test } from 'vitest';
import type { Switches } from '../../local/redis-cloud/switches.ts';
import type { Call } from '../support/memory-aws/calls.ts';
import { secretsError } from '../support/memory-aws/secrets-errors.ts';
import { API_SECRET } from '../support/redis-cloud.ts';
import { useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { expectSuccess, soon } from './journey.ts';

const account = useRegisteredAccount();
const { registered } = account;

describe('an API key that is of no use', () => {
  const secret = () => account.aws.secrets[API_SECRET] as { versions: Record<string, { value: string }> };
  const holds = (value: string) => {
    for (const version of Object.values(secret().versions)) version.value = value;
  };
  const readsIt = ({ input }: Call) => String(input.SecretId).includes(API_SECRET);
  const cases: [string, () => void, string][] = [
    ['is not JSON', () => holds('tell-nobody-this'), 'is not JSON'],
    ['lacks a part', () => holds('{"accountKey":"tell-nobody-this"}'), 'has no userKey'],
    [
      'is not there',
      () => delete account.aws.secrets[API_SECRET],
      "It must be there, and its own policy and that of its KMS key must let the function's role read it.",
    ],
    [
      'may not be read',
      () => account.aws.failCall(readsIt, 'accessDenied', Number.POSITIVE_INFINITY),
      "its own policy and that of its KMS key must let the function's role read it.",
    ],
    [
      'is denied by an organisation',
      () => account.aws.failCall(readsIt, 'explicitDeny'),
      'The denial comes from a service control policy: ask its owner to allow this action, then try again.',
    ],
    [
      'is encrypted with a key out of reach',
      () =>
        account.aws.failCall(readsIt, secretsError('AccessDeniedException', 'Access to KMS is not allowed')),
      'The secret that RedisCloudApiSecretArn names cannot be read: GetSecretValue for',
    ],
    [
      'is wrong',
      () => {
        holds('{"accountKey":"local-account-key","userKey":"tell-nobody-this"}');
        account.redis.standIn.switches.unauthorized = 'html';
      },
      'was answered with HTTP 401. The API key is wrong, was deleted, or the API is off',
    ],
    [
      'is not allowed from here',
      () => set({ addressAllowed: false }),
      'HTTP 403 (Forbidden). The user key must',
    ],
    ['is of an account without BYOC', () => set({ byoc: false }), 'Bring your own Cloud'],
  ];
  const set = (switches: Partial<Switches>) => Object.assign(account.redis.standIn.switches, switches);

  test.each(cases)('because it %s fails the Create before the first write', async (_what, spoil, words) => {
    spoil();
    const { answer, writes, log } = await account.create(registered());
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(words);
    expect(answer.Reason).not.toMatch(/KmsKeyArn|template's role|rv-access:stack/);
    expect(writes).toEqual([]);
    expect(`${answer.Reason} ${log}`).not.toContain('tell-nobody-this');
    expectSuccess((await account.delete()).answer);
  });

  test('because it is a Viewer’s fails the POST, and nothing of the bundle is left at Redis', async () => {
    holds('{"accountKey":"local-account-key","userKey":"local-viewer-key"}');
    const { answer } = await account.create(registered());
    expect(answer.Reason).toContain('POST /cloud-accounts was answered with HTTP 403');
    expect(answer.Reason).toContain('must be that of an Owner');
    soon();
    expectSuccess((await account.delete()).answer);
    expect(account.entities()).toEqual([`secret ${API_SECRET}`]);
  });
});

import { describe, expect, test } from 'vitest';
import { type Context, mayCall } from './may-call.ts';
import { accountId, rolePolicies } from './role.ts';

const read = 'secretsmanager:GetSecretValue';

describe.each([
  ['this account', accountId],
  ["the organisation's central account", '210987654321'],
])('the secret with the Redis Cloud API key, in %s', async (_where, owner) => {
  const secret = `arn:aws:secretsmanager:eu-west-1:${owner}:secret:redis-cloud/api-AbCdEf`;
  const key = `arn:aws:kms:eu-west-1:${owner}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const policies = await rolePolicies({ RedisCloudApiSecretArn: secret });
  const may = (action: string, resource: string, context: Context = {}) =>
    mayCall(policies, { action, resource, context });
  const decrypting = (secretArn: string, service = 'secretsmanager.eu-west-1.amazonaws.com') =>
    may('kms:Decrypt', key, {
      'kms:ViaService': service,
      'kms:EncryptionContext:SecretARN': secretArn,
    });

  test('may be read, and no other beside it', async () => {
    expect(await may(read, secret)).toBe(true);
    expect(await may(read, secret.replace('api', 'billing'))).toBe(false);
    expect(await may(read, secret.replace('AbCdEf', 'GhIjKl'))).toBe(false);
    for (const action of ['secretsmanager:PutSecretValue', 'secretsmanager:DeleteSecret'])
      expect(await may(action, secret)).toBe(false);
  });

  test('may be decrypted with its key, through Secrets Manager alone', async () => {
    expect(await decrypting(secret)).toBe(true);
    expect(await decrypting(secret, 's3.eu-west-1.amazonaws.com')).toBe(false);
    expect(await may('kms:Decrypt', key)).toBe(false);
  });

  test('opens no other secret of another account, with the same key', async () => {
    const foreign = 'arn:aws:secretsmanager:eu-west-1:999999999999:secret:payroll-AbCdEf';
    expect(await decrypting(foreign)).toBe(false);
  });

  test('stays closed without the parameter', async () => {
    const without = await rolePolicies();
    expect(await mayCall(without, { action: read, resource: secret })).toBe(false);
  });
});

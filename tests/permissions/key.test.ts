import { describe, expect, test } from 'vitest';
import { withKey } from './actions.ts';
import { arnOf } from './arns.ts';
import { type Context, mayCall } from './may-call.ts';
import { accountId, rolePolicies } from './role.ts';

const policies = await rolePolicies();
const may = (action: string, resource: string, context?: Context) =>
  mayCall(policies, { action, resource, ...(context && { context }) });

describe('a customer managed key', () => {
  const key = `arn:aws:kms:us-east-1:${accountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const via = (service: string, secretArn: string) => ({
    'kms:ViaService': service,
    'kms:EncryptionContext:SecretARN': secretArn,
  });
  const ours = arnOf('secret', 'rv-access/redislabs-user');

  test.each(withKey)(
    '%s may be called through Secrets Manager, for secrets of the account',
    async (action) => {
      expect(await may(action, key, via('secretsmanager.us-east-1.amazonaws.com', ours))).toBe(true);
      expect(await may(action, key, via('secretsmanager.cn-north-1.amazonaws.com.cn', ours))).toBe(true);
      expect(
        await may(action, key, via('secretsmanager.us-east-1.amazonaws.com', 'RequestToValidateKeyAccess')),
      ).toBe(true);
    },
  );

  test.each(withKey)('%s may not be called otherwise', async (action) => {
    expect(await may(action, key)).toBe(false);
    expect(await may(action, key, via('s3.us-east-1.amazonaws.com', ours))).toBe(false);
    expect(
      await may(
        action,
        key,
        via('secretsmanager.us-east-1.amazonaws.com', ours.replace(accountId, '210987654321')),
      ),
    ).toBe(false);
  });
});

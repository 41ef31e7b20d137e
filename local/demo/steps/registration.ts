import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { OperationResult } from '../../cloudformation/operation-result.ts';
import { ValidationError } from '../../cloudformation/validation-error.ts';
import { operate, type Show, showChange, showTable, stackName } from '../show.ts';

/** A stack that registers itself at Redis Cloud, and what Redis sees of its life. */
export async function registration(show: Show): Promise<void> {
  const { redis, claims, cloudFormation } = show;
  const RedisCloudApiSecretArn = await storeApiKey(show);
  showChange(show, 'RedisCloudApiSecretArn', 'none', RedisCloudApiSecretArn);
  const registered = await register(show, RedisCloudApiSecretArn);
  const [id] = checkRedis(show, registered, 'registered');
  claims.check(
    'The stack tells the id of the cloud account',
    registered.outputs.CloudAccountId === String(id),
  );

  const { parameters } = cloudFormation.stack(stackName);
  const AccessKeySerial = String(Number(parameters.AccessKeySerial) + 1);
  showChange(show, 'AccessKeySerial', parameters.AccessKeySerial, AccessKeySerial);
  const rotated = await operate(show, 'UPDATE_COMPLETE', (local) =>
    local.updateStack(stackName, { parameters: { AccessKeySerial } }),
  );
  const [, key] = checkRedis(show, rotated, 'given the new key');
  claims.check('The new key is another one', key !== registered.outputs.AccessKeyId, key);

  const UserName = `${parameters.UserName?.slice(0, 50)}-2`;
  showChange(show, 'UserName', parameters.UserName, UserName);
  const renamed = await operate(show, 'UPDATE_COMPLETE', (local) =>
    local.updateStack(stackName, { parameters: { UserName } }),
  );
  const [same] = checkRedis(show, renamed, 'handed over to the new user');
  claims.check('It is the same cloud account', same === id, String(same));

  redis.tasks.used.add(id);
  show.print('  A subscription uses the cloud account. The stack is deleted all the same:');
  show.print();
  const refused = await operate(show, 'DELETE_FAILED', (local) => local.deleteStack(stackName));
  checkRedis(show, refused, 'left as it was');
  redis.tasks.used.clear();
  show.print('  The subscription is deleted, and then the stack:');
  show.print();
  await operate(show, 'DELETE_COMPLETE', (local) => local.deleteStack(stackName));
  const left = redis.accounts.all(Date.now()).map(({ fields }) => fields.name);
  claims.check('Redis Cloud has no cloud account of the stack any more', left.length === 0, left.join(', '));
}

/** Puts an API key of the stand-in where an administrator would put one of Redis's console. */
async function storeApiKey({ clients, redis: { switches } }: Show): Promise<string> {
  const SecretString = JSON.stringify({ accountKey: switches.accountKey, userKey: switches.ownerKey });
  const { ARN = '' } = await clients.secrets.send(
    new CreateSecretCommand({ Name: 'redis-cloud/api-key', SecretString }),
  );
  return ARN;
}

/** Creates the stack with the parameter, or gives it to the one that is there. */
function register({ parameters, ...show }: Show, RedisCloudApiSecretArn: string): Promise<OperationResult> {
  const changes = { RedisCloudApiSecretArn };
  try {
    show.cloudFormation.stack(stackName);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return operate({ parameters, ...show }, 'CREATE_COMPLETE', (local) =>
      local.createStack({ stackName, parameters: { ...parameters, ...changes } }),
    );
  }
  return operate({ parameters, ...show }, 'UPDATE_COMPLETE', (local) =>
    local.updateStack(stackName, { parameters: changes }),
  );
}

/** Shows what Redis has and claims that it works. @returns id and key of the cloud account */
function checkRedis(
  { redis, ...show }: Show,
  { outputs }: OperationResult,
  what: string,
): [id: number, key: string] {
  const accounts = redis.accounts.all(Date.now());
  const rows = accounts.map(({ id, status, fields }) => [
    String(id),
    fields.name ?? '',
    status,
    fields.accessKeyId ?? '',
    fields.consoleUsername ?? '',
  ]);
  showTable(
    { redis, ...show },
    'The cloud accounts at Redis',
    ['Id', 'Name', 'Status', 'Access key', 'User'],
    rows,
  );
  const [first] = accounts;
  const key = first?.fields.accessKeyId ?? '';
  const holds = accounts.length === 1 && first?.status === 'active' && key === outputs.AccessKeyId;
  show.claims.check(`The cloud account is ${what}: active, with the key ${outputs.AccessKeyId}`, holds, key);
  return [first?.id ?? 0, key];
}

import type * as iam from '@aws-sdk/client-iam';
import { iamError, limitExceeded, noSuchEntity } from './iam-errors.ts';
import { read, referred, seen, user } from './iam-lookup.ts';
import type { AccessKey, User } from './iam-state.ts';
import { characters, uniqueId } from './identifiers.ts';
import type { Operations } from './operation.ts';
import { iamPage } from './pages.ts';
import type { World } from './world.ts';

/** Makes a key, whatever the quota says. */
export function mintAccessKey(world: World, entity: User): AccessKey {
  const key = {
    id: uniqueId(world, 'AKIA'),
    secret: characters(world, 40),
    active: true,
    createdAt: Date.now(),
  };
  entity.accessKeys.push(key);
  world.minted.push(key.secret);
  return key;
}

const statusOf = (key: AccessKey) => (key.active ? ('Active' as const) : ('Inactive' as const));

function accessKey(entity: User, id: string | undefined): AccessKey {
  const key = entity.accessKeys.find((each) => each.id === id);
  if (!key) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

export const accessKeyOperations = {
  CreateAccessKey(world: World, input: iam.CreateAccessKeyCommandInput) {
    const entity = referred(world, user(world, input.UserName));
    if (entity.accessKeys.length >= world.quotas.accessKeysPerUser) {
      throw limitExceeded('AccessKeysPerUser', world.quotas.accessKeysPerUser);
    }
    const key = mintAccessKey(world, entity);
    return {
      AccessKey: {
        UserName: entity.name,
        AccessKeyId: key.id,
        SecretAccessKey: key.secret,
        Status: statusOf(key),
        CreateDate: new Date(key.createdAt),
      },
    };
  },

  ListAccessKeys(world: World, input: iam.ListAccessKeysCommandInput) {
    const entity = read(world, user(world, input.UserName));
    const { items, ...page } = iamPage(world, seen(world, entity.accessKeys), input);
    return {
      ...page,
      AccessKeyMetadata: items.map((key) => ({
        UserName: entity.name,
        AccessKeyId: key.id,
        Status: statusOf(key),
        CreateDate: new Date(key.createdAt),
      })),
    };
  },

  UpdateAccessKey(world: World, input: iam.UpdateAccessKeyCommandInput) {
    accessKey(user(world, input.UserName), input.AccessKeyId).active = input.Status === 'Active';
    return {};
  },

  DeleteAccessKey(world: World, input: iam.DeleteAccessKeyCommandInput) {
    const entity = user(world, input.UserName);
    const key = accessKey(entity, input.AccessKeyId);
    entity.accessKeys = entity.accessKeys.filter((each) => each !== key);
    return {};
  },

  GetAccessKeyLastUsed(world: World, input: iam.GetAccessKeyLastUsedCommandInput) {
    for (const entity of Object.values(world.users)) {
      const key = entity.accessKeys.find((each) => each.id === input.AccessKeyId);
      if (!key) continue;
      return {
        UserName: entity.name,
        AccessKeyLastUsed: key.lastUsed
          ? {
              LastUsedDate: new Date(key.lastUsed.at),
              ServiceName: key.lastUsed.service,
              Region: world.region,
            }
          : { ServiceName: 'N/A', Region: 'N/A' },
      };
    }
    throw iamError(
      'AccessDenied',
      `User is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${input.AccessKeyId}`,
      403,
    );
  },
} satisfies Operations;

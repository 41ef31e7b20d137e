import { STSServiceException } from '@aws-sdk/client-sts';
import type { Caller, Operations } from './operation.ts';
import { drawn } from './stale-reads.ts';
import type { World } from './world.ts';

const refused = (name: string, message: string) =>
  new STSServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: 403 } });

/** The role session that the function runs as: whoever signs with a key that is not a user's. */
export const FUNCTION_ROLE = 'redis-access-BundleFunctionRole';
export const functionArn = (world: World) =>
  `arn:${world.partition}:sts::${world.accountId}:assumed-role/${FUNCTION_ROLE}/BundleFunction`;

/** A new key is known nowhere at first, then here and there, then everywhere. */
function isKnown(world: World, createdAt: number): boolean {
  const { keyActivation, keyFlapping } = world.lag;
  const age = Date.now() - createdAt;
  if (age < keyActivation) return false;
  return age >= keyActivation + keyFlapping || drawn(world) < 0.5;
}

export const stsOperations = {
  GetCallerIdentity(world: World, _input: object, caller: Caller) {
    for (const user of Object.values(world.users)) {
      const key = user.accessKeys.find((each) => each.id === caller.accessKeyId);
      if (!key) continue;
      if (!key.active || !isKnown(world, key.createdAt)) break;
      if (key.secret !== caller.secretAccessKey) {
        throw refused('SignatureDoesNotMatch', 'The request signature we calculated does not match.');
      }
      key.lastUsed = { at: Date.now(), service: 'sts' };
      return { Account: world.accountId, Arn: user.arn, UserId: user.id };
    }
    if (caller.accessKeyId.startsWith('AKIA')) {
      throw refused('InvalidClientTokenId', 'The security token included in the request is invalid.');
    }
    return { Account: world.accountId, Arn: functionArn(world), UserId: 'AROAFUNCTIONROLE:BundleFunction' };
  },
} satisfies Operations;

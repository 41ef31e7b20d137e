import { randomUUID } from 'node:crypto';
import type { Aws } from '../aws/clients.ts';
import { type Bundle, bundleOf } from '../bundle/bundle.ts';
import { bundleTag, type Identity } from '../bundle/bundle-id.ts';
import { applyCredentials } from '../credentials/apply.ts';
import { isInOrder, planCredentials } from '../credentials/plan.ts';
import { deleteAccessKey, IN_USE_MS, recentUse } from '../iam/access-key.ts';
import { standing } from '../ledger/in-force.ts';
import { currentKey, forgetKeys, madeFor } from '../ledger/keys.ts';
import { withLease } from '../ledger/lease.ts';
import type { LedgerState } from '../ledger/state.ts';
import { log } from '../log.ts';
import { keysAtRedis } from '../redis-cloud/registration.ts';
import { observe } from './observe.ts';
import { redisAsConsumer } from './registration.ts';
import { lookAtRegistration } from './registration-drift.ts';

/**
 * Deletes the access key that the last rotation replaced, where that is asked for (`PreviousAccessKey`) and nobody uses
 * it any more, and takes its id out of the secret. Nothing else is changed: where credentials are not in order, nothing is.
 */
export async function retirePreviousKey(aws: Aws, identity: Identity): Promise<void> {
  await withLease(
    aws,
    {
      bundle: bundleTag(identity),
      request: { key: randomUUID(), kind: 'Check' },
      judge: (state) => (candidate(identity, state) ? undefined : null),
    },
    async ({ aws: held, ledger, finish }) => {
      const { bundle, id } = candidate(identity, ledger.state) as Candidate;
      const { user, secret } = bundle;
      const { credentials } = await observe(held, bundle, ledger.state);
      const without = <Key extends { id: string }>(keys: Key[]) => keys.filter((key) => key.id !== id);
      const left = { ...credentials, keys: without(credentials.keys), made: without(credentials.made) };
      const plan = planCredentials(secret, user, credentials);
      const next = planCredentials(secret, user, left);
      // The secret ceases to name it first: what a run that dies in between leaves is found again, a pending version and
      // a label that may have moved too.
      const isAsBefore =
        isInOrder({ ...plan, mustMove: false, abandoned: undefined }) && plan.previousKeyId === id;
      if (!isAsBefore && !isInOrder({ ...next, mustMove: false })) return null;
      const isThere = credentials.keys.some((key) => key.id === id);
      if (next.inactive || (isThere && (await recentUse(held, id)))) return null;
      // Whatever the ledger says: somebody may have given it to Redis again. Where Redis cannot be asked, nobody knows.
      const { isActive, shownKey } = await lookAtRegistration(held, bundle, ledger.state);
      const isUnknown = bundle.properties.RedisCloudApiSecretArn !== '' && isActive === undefined;
      if (isUnknown || shownKey === id) return null;
      const consumer = redisAsConsumer(ledger, bundle, undefined);
      await applyCredentials({ aws: held, ledger, user, secret, consumer }, left, next);
      await deleteAccessKey(held, user.name, id);
      log({ retired: id });
      await finish((state) => forgetKeys(state, [id]));
      return null;
    },
  );
}

interface Candidate {
  bundle: Bundle;
  id: string;
}

/** The key that may go by the ledger: replaced a day ago at least, and not the one that Redis has. */
function candidate(identity: Identity, state: LedgerState): Candidate | undefined {
  const { inForce, keys, registration } = state;
  const bundle = inForce && bundleOf(identity, inForce.properties);
  const current = currentKey(keys);
  if (bundle?.properties.PreviousAccessKey !== 'DeleteWhenUnused' || !current || standing(state))
    return undefined;
  const ours = madeFor(keys, bundle.user.name);
  const other = ours.find(({ id, served }) => served && id !== current.id);
  // Who has not used a key for a day has been given the other one. What a roll-back has put back is older than what it has replaced.
  const replacedAt = Math.max(...ours.map(({ madeAt }) => Date.parse(madeAt)));
  const atRedis = keysAtRedis(registration?.known);
  const isRegistered = bundle.properties.RedisCloudApiSecretArn !== '';
  if (!other || Date.now() - replacedAt < IN_USE_MS || atRedis.includes(other.id)) return undefined;
  return isRegistered && !atRedis.includes(current.id) ? undefined : { bundle, id: other.id };
}

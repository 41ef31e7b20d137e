import type { Aws } from '../aws/clients.ts';
import { type Bundle, bundleOf } from '../bundle/bundle.ts';
import { endsAll, PreconditionError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerState } from '../ledger/state.ts';
import { log, warn } from '../log.ts';
import { deregister } from '../redis-cloud/deregister.ts';
import { keysAtRedis } from '../redis-cloud/registration.ts';
import type { Target } from './delete.ts';
import { howToSayAnyway } from './deletion-protection.ts';
import { bookOf, connectTo, nameOf } from './registration.ts';

/** The cloud account at Redis when a generation of the bundle is deleted: it goes before any credential dies. */

/** The registration, unless it was released: then nobody manages it. */
export const managedRegistration = ({ registration }: LedgerState) =>
  registration?.known.released ? undefined : registration;

/**
 * Refuses to delete a key that Redis has while another generation has the cloud account: a roll-back has died before it
 * gave Redis the key from before.
 *
 * @param id the generation that goes
 * @throws PreconditionError naming the key; nothing was changed then
 */
export function refuseKeysAtRedis(state: LedgerState, id: string, targets: Target[]): void {
  const registration = managedRegistration(state);
  if (!registration || registration.generation === id) return;
  const keys = keysAtRedis(registration.known);
  const ids = targets.flatMap(({ found }) => found.keys ?? []).map((key) => key.id);
  const kept = ids.filter((key) => keys.includes(key));
  if (kept.length === 0) return;
  throw new PreconditionError([
    `Redis Cloud has or may have the access key ${kept.join(', ')}. Nothing was deleted, since that would cut running databases ` +
      'off. Update the stack first: that gives Redis the key in service. ' +
      howToSayAnyway(targets),
  ]);
}

/**
 * Removes the cloud account of a generation before any credential dies. With protection, a refusal of Redis ends the
 * Delete, before anything is touched; without, the cloud account is left behind. One that was released stays in any case.
 *
 * @param bundle that of the Delete's properties
 * @param id the generation that goes
 * @param targets what would go in the AWS account
 * @throws PreconditionError, with protection
 */
export async function removeRegistration(
  aws: Aws,
  ledger: Ledger,
  bundle: Bundle,
  { id, targets, isProtected }: { id: string; targets: Target[]; isProtected: boolean },
): Promise<void> {
  const { registration, inForce } = ledger.state;
  if (registration?.generation !== id) return;
  if (registration.known.released)
    return warn(
      `${nameOf(registration.known)} was left at Redis Cloud before, and its credentials are deleted. Delete it there.`,
    );
  const apiSecretArn =
    bundle.properties.RedisCloudApiSecretArn ||
    bundleOf(bundle, inForce?.properties).properties.RedisCloudApiSecretArn;
  const remove = async () => {
    const cloud = await connectTo(aws, apiSecretArn);
    await deregister(cloud, bookOf(ledger, id));
  };
  if (!registration.adopting)
    await remove().catch((error: Error) => {
      if (isProtected || endsAll(error)) throw refusal(error, ledger.state, targets);
      log({ level: 'warning', deregistration: error.message });
    });
  const { known } = ledger.state.registration ?? {};
  if (!known) return;
  warn(`${nameOf(known)} is left at Redis Cloud. Delete it there.`);
  ledger.note((state) => {
    state.registration = undefined;
  });
}

/** Why the cloud account is there still, and how to go on without it. */
function refusal(error: Error, { registration }: LedgerState, targets: Target[]): Error {
  if (endsAll(error)) return error;
  return new PreconditionError([
    `${nameOf(registration?.known ?? {})} could not be removed, so nothing was deleted in the AWS account: ${error.message} ` +
      `${howToSayAnyway(targets)} The cloud account is left behind then.`,
  ]);
}

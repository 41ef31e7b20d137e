import type { Aws } from '../aws/clients.ts';
import { tryTo } from '../aws/compensate.ts';
import { CallError, PreconditionError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerState } from '../ledger/state.ts';
import { warn } from '../log.ts';
import { deregister } from '../redis-cloud/deregister.ts';
import { RedisCloudError } from '../redis-cloud/errors.ts';
import { keysAtRedis } from '../redis-cloud/registration.ts';
import type { Target } from './delete.ts';
import { howToSayAnyway } from './deletion-protection.ts';
import { bookOf, connectTo, nameOf } from './registration.ts';

/** The cloud account at Redis when a generation of the bundle is deleted: it goes before any credential dies. */

/** What a Delete of a generation has to know of the registration. */
export interface RegistrationToRemove {
  /** The cloud account is this generation's: it goes first. */
  removes: boolean;
  /** It was released, and stays at Redis without the credentials that go now. */
  leaves: boolean;
  /** Redis has told, or will tell, whether it uses the bundle: that its keys were used says nothing. */
  decides: boolean;
  /** Ids of access keys that Redis has or may have, and would have after this Delete. */
  keepsKeys: string[];
}

export function registrationToRemove(
  { registration }: LedgerState,
  generation: string,
): RegistrationToRemove {
  const isReleased = registration?.known.released === true;
  const isIts = registration?.generation === generation;
  return {
    removes: isIts && !isReleased,
    leaves: isIts && isReleased,
    decides: registration !== undefined && !isReleased,
    keepsKeys: isIts || isReleased ? [] : keysAtRedis(registration?.known),
  };
}

/**
 * Refuses to delete a key that Redis has while another generation has the cloud account: a roll-back has died before it
 * gave Redis the key from before.
 *
 * @throws PreconditionError naming the key; nothing was changed then
 */
export function refuseKeysAtRedis(targets: Target[], { keepsKeys }: RegistrationToRemove): void {
  const ids = targets.flatMap(({ found }) => found.keys ?? []).map(({ id }) => id);
  const kept = ids.filter((id) => keepsKeys.includes(id));
  if (kept.length === 0) return;
  throw new PreconditionError([
    `Redis Cloud has or may have the access key ${kept.join(', ')}. Nothing was deleted, since that would cut running databases ` +
      'off. Update the stack first: that gives Redis the key in service. ' +
      howToSayAnyway(targets.map(({ key }) => key)),
  ]);
}

/** Says that what was released has lost its credentials. */
export function warnOfReleased({ registration }: LedgerState): void {
  if (registration)
    warn(
      `${nameOf(registration.known)} was left at Redis Cloud before, and its credentials are deleted. Delete it there.`,
    );
}

/**
 * Removes the cloud account before any credential dies. With protection, a refusal of Redis ends the Delete, before
 * anything is touched; without, the cloud account is left behind.
 *
 * @param targets what would go in the AWS account
 * @throws PreconditionError, with protection
 */
export async function removeRegistration(
  aws: Aws,
  ledger: Ledger,
  apiSecretArn: string,
  targets: Target[],
  isProtected: boolean,
): Promise<void> {
  const { registration } = ledger.state;
  if (!registration) return;
  const remove = async () => {
    const cloud = await connectTo(aws, apiSecretArn);
    await deregister(cloud, bookOf(ledger, registration.generation));
  };
  if (!registration.adopting)
    await (isProtected
      ? remove().catch((error: Error) => {
          throw refusal(error, ledger.state, targets);
        })
      : tryTo(remove));
  const { known } = ledger.state.registration ?? {};
  if (!known) return;
  warn(`${nameOf(known)} is left at Redis Cloud. Delete it there.`);
  ledger.note((state) => {
    state.registration = undefined;
  });
}

/** Why the cloud account is there still, and how to go on without it. */
function refusal(error: Error, { registration }: LedgerState, targets: Target[]): Error {
  if (!(error instanceof CallError || error instanceof RedisCloudError)) return error;
  return new PreconditionError([
    `${nameOf(registration?.known ?? {})} could not be removed, so nothing was deleted in the AWS account: ${error.message} ` +
      `${howToSayAnyway(targets.map(({ key }) => key))} The cloud account is left behind then.`,
  ]);
}

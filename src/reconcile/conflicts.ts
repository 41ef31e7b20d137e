import { type CredentialsPlan, noRoom } from '../credentials/plan.ts';
import type { LedgerState } from '../ledger/state.ts';
import { type Taken, takenNames } from '../resource/ownership.ts';
import { titleOf } from '../resource/resource.ts';
import type { ObservedSecret } from '../secret/secret.ts';
import type { Observed } from './observe.ts';
import type { PlanInput, ResourcePlan } from './plan.ts';
import { rowOf } from './resources.ts';

/** What must be cleared before anything is touched, as sentences for the user. */
export function conflictsOf(
  { bundle, state }: PlanInput,
  observed: Observed,
  resources: ResourcePlan[],
  credentials: CredentialsPlan,
): string[] {
  const isScheduled = ({ observed: seen }: ResourcePlan) =>
    (seen as ObservedSecret | undefined)?.deletedDate !== undefined;
  const adopt = bundle.properties.ExistingEntities === 'Adopt';
  // What an adoption has begun to take over was asked for and may be completed.
  const taken = resources
    .filter(({ standing, owner }) => (owner?.since === 'adopting' ? !adopt : standing === 'foreign'))
    .filter((each) => !isScheduled(each))
    .map(
      ({ resource, observed: seen, owner }): Taken => ({
        title: titleOf(resource),
        // Our tag does not make it ours before the adoption is completed.
        tags: owner?.since === 'adopting' ? {} : (seen?.tags ?? {}),
      }),
    );
  const user = resources.find(({ resource }) => resource.kind === 'user')?.observed?.tags;
  return [
    ...sameButForCase(resources, state),
    ...takenNames(taken, adopt, user),
    ...resources.flatMap(({ resource, observed: seen }) => (seen ? (resource.conflicts?.(seen) ?? []) : [])),
    ...noRoom(bundle.user.name, observed.credentials, credentials),
  ];
}

/** IAM takes two names that differ only in case for one, so a rename of that kind cannot be carried out. */
function sameButForCase(resources: ResourcePlan[], { owners }: LedgerState): string[] {
  return resources.flatMap(({ key, resource: { kind, desired } }) => {
    if (kind === 'secret') return [];
    const other = Object.keys(owners).find(
      (owned) => owned !== key && owned.toLowerCase() === key.toLowerCase(),
    );
    return other
      ? [
          `The ${kind} "${desired.name}" differs from "${rowOf(other).name}" of this bundle only in case, and IAM takes both for one ` +
            'name. Nothing was changed. Choose another name, or rename it in two steps.',
        ]
      : [];
  });
}

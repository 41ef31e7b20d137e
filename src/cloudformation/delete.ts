import type { Aws } from '../aws/clients.ts';
import { type Bundle, bundleOf } from '../bundle/bundle.ts';
import { identityOf, isPhysicalId } from '../bundle/bundle-id.ts';
import { resolveIntent } from '../credentials/orphans.ts';
import { LedgerError, PreconditionError } from '../errors.ts';
import { answered, createOf, isLate, record } from '../ledger/history.ts';
import { standing } from '../ledger/in-force.ts';
import { type Held, withLease } from '../ledger/lease.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { namesOf, ownerKey, takeAlong } from '../ledger/owners.ts';
import { warn } from '../log.ts';
import { deleteTargets, lookAt } from '../reconcile/delete.ts';
import { howToSayAnyway, isSaidAnyway, refuseIfInUse } from '../reconcile/deletion-protection.ts';
import { managedRegistration, refuseKeysAtRedis, removeRegistration } from '../reconcile/deregistration.ts';
import { knowsNothing, observe } from '../reconcile/observe.ts';
import type { CustomResourceEvent, Outcome } from './event.ts';
import { requestOf } from './request.ts';

/**
 * A Delete that is waited for was sent last of all, so a late one is a delivery that nobody waits for; or somebody has sent
 * events of their own, and then a stack must not be told that its keys are gone.
 */
const TOO_LATE =
  'This Delete came after a later request for the same bundle had been carried out, so nothing was deleted. ' +
  'If you are waiting for it, delete the stack again.';

/**
 * Carries out a Delete: of the generation with the event's id or, if that is none of ours, of the one that the properties
 * would have got: CloudFormation invents an id when a Create was cancelled, perhaps while it is still running. Exactly the
 * names that the ledger gives to that generation go.
 */
export async function deleteBundle(aws: Aws, event: CustomResourceEvent): Promise<Outcome> {
  const bundle = bundleOf(identityOf(event.StackId, event.LogicalResourceId), event.ResourceProperties);
  const request = requestOf(event);
  const isInvented = !isPhysicalId(event.PhysicalResourceId);
  const id = isInvented ? bundle.id : (event.PhysicalResourceId as string);
  const outcome: Outcome = { physicalResourceId: event.PhysicalResourceId ?? bundle.id };
  return withLease(
    aws,
    {
      bundle: bundle.tag,
      request,
      judge(state) {
        if (answered(state, request)) return outcome;
        if (!isLate(state, request)) return undefined;
        if (namesOf(state, id).length > 0) throw new PreconditionError([TOO_LATE]);
        warn(TOO_LATE);
        return outcome;
      },
      begin(state) {
        record(state, request, isInvented ? { cancels: { id, key: createOf(state, id)?.key } } : {});
        if (state.inForce?.id === id) takeAlong(state, id);
      },
    },
    async (held) => {
      await removeGeneration(held, bundle, id);
      await held.finish((state) => {
        record(state, request, {
          outcome: { id },
          ...(isInvented && { cancels: state.history.find(({ key }) => key === request.key)?.cancels }),
        });
        if (state.inForce?.id !== id) return;
        state.inForce = undefined;
        state.underWay = [];
        state.suspension = undefined;
      });
      return outcome;
    },
  );
}

/**
 * @param bundle that of the event's properties
 * @param id the generation that goes
 */
async function removeGeneration({ aws, ledger }: Held, bundle: Bundle, id: string): Promise<void> {
  const { properties } = bundle;
  if (knowsNothing(ledger.state)) await findWithoutLedger(aws, ledger, bundle, id);
  const names = namesOf(ledger.state, id);
  // An adopted user keeps the keys that it had: which those are must be known.
  const { intent } = ledger.state.keys;
  const isAdopting =
    ledger.state.owners[ownerKey({ kind: 'user', name: intent?.user ?? '' })]?.since === 'adopting';
  if (isAdopting) await resolveIntent(aws, ledger);
  const targets = await lookAt(aws, ledger.state, names, bundle);
  const isProtected = properties.DeletionProtection === 'WhenInUse' && !isSaidAnyway(targets);
  // The keys of a suspended bundle do not work, and Redis uses those of a registered bundle as soon as it checks them: its
  // answer to the removal decides.
  const keysCount = !managedRegistration(ledger.state) && !standing(ledger.state);
  if (isProtected) {
    refuseKeysAtRedis(ledger.state, id, targets);
    await refuseIfInUse(aws, targets, { instanceRole: bundle.instanceRole.name, keysCount });
  }
  await removeRegistration(aws, ledger, bundle, { id, targets, isProtected });
  await deleteTargets(aws, ledger, targets, bundle);
}

/**
 * The ledger knows nothing. If nothing of the bundle's names carries its tag, nothing was ever made; else the ledger was
 * lost, and a person has to say that everything of these names shall go.
 *
 * @throws LedgerError if nobody has said so; nothing was changed then
 */
async function findWithoutLedger(aws: Aws, ledger: Ledger, bundle: Bundle, id: string): Promise<void> {
  const { resources } = await observe(aws, bundle, ledger.state);
  const names = resources.filter(({ standing }) => standing === 'owned').map(({ key }) => key);
  if (names.length === 0) return;
  const wouldGo = await lookAt(aws, ledger.state, names, bundle);
  if (!isSaidAnyway(wouldGo))
    throw new LedgerError(
      `The ledger of this bundle was lost: it knows nothing, but these carry the bundle's tag: ${names.join(', ')}. ` +
        `Nothing was deleted. ${howToSayAnyway(wouldGo)}`,
    );
  await ledger.write((state) => {
    for (const key of names) state.owners[key] = { id, since: 'owned' };
  });
}

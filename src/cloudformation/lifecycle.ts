import type { Aws } from '../aws/clients.ts';
import { tryTo } from '../aws/compensate.ts';
import { type Bundle, bundleOf, describeBundle } from '../bundle/bundle.ts';
import { identityOf } from '../bundle/bundle-id.ts';
import { parseProperties } from '../bundle/properties.ts';
import { PreconditionError } from '../errors.ts';
import { answered, isCancelled, isLate, record } from '../ledger/history.ts';
import { carryOut } from '../ledger/in-force.ts';
import { type Held, withLease } from '../ledger/lease.ts';
import { giveBack, namesOf, settle } from '../ledger/owners.ts';
import type { LedgerState, Request } from '../ledger/state.ts';
import { deleteNames } from '../reconcile/delete.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import type { Reconciling } from '../reconcile/run.ts';
import { suspend } from '../reconcile/suspension.ts';
import { refuseWiderThanTemplate } from '../reconcile/trust.ts';
import { attributesOf, foundAttributes } from './attributes.ts';
import type { CustomResourceEvent, Outcome } from './event.ts';
import { requestOf } from './request.ts';

/** What the requests of CloudFormation mean for a bundle, in terms of the engine. */

/** The id that a FAILED answer carries: CloudFormation's own, or for a Create the one that would have been given. */
export function physicalIdOnFailure(event: CustomResourceEvent): string {
  if (event.PhysicalResourceId) return event.PhysicalResourceId;
  try {
    return bundleOf(identityOf(event.StackId, event.LogicalResourceId), event.ResourceProperties).id;
  } catch {
    return 'rv-access/unknown';
  }
}

/** A Create or Update, read. */
type Wish = Omit<Reconciling, 'aws' | 'ledger'>;

/**
 * Carries out a Create or Update. An Update whose names differ makes a new generation, and CloudFormation deletes the
 * old one when the whole stack has succeeded; when it fails, what was begun is taken back at once.
 *
 * @param functionArn ARN of this function
 */
export async function createOrUpdate(
  aws: Aws,
  event: CustomResourceEvent,
  functionArn: string,
): Promise<Outcome> {
  const { ResourceProperties, OldResourceProperties: old } = event;
  const properties = ResourceProperties ?? {};
  const identity = identityOf(event.StackId, event.LogicalResourceId);
  const bundle = describeBundle(identity, parseProperties(properties, identity.stack));
  const before = old && bundleOf(identity, old);
  const knownId = event.PhysicalResourceId ?? bundle.id;
  const request = requestOf(event);
  return withLease(
    aws,
    {
      bundle: bundle.tag,
      request,
      judge(state) {
        const outcome = answered(state, request);
        if (outcome) return { physicalResourceId: outcome.id, data: attributesOf(bundle, outcome.found) };
        refuseIfPast(state, request, bundle);
        return undefined;
      },
      begin: (state) => record(state, request, { id: bundle.id }),
    },
    (held) => bringAbout(held, request, { bundle, properties, knownId, before, functionArn }),
  );
}

/** @throws PreconditionError if a request was cancelled, or came after later ones that were carried out */
function refuseIfPast(state: LedgerState, request: Request, { id }: Bundle): void {
  if (request.kind === 'Create' && isCancelled(state, request, id))
    throw new PreconditionError([
      'CloudFormation has given up this Create and has had it deleted already. Nothing was made.',
    ]);
  if (isLate(state, request))
    throw new PreconditionError([
      'This request came after a later one for the same bundle had been carried out, so nothing was changed. ' +
        'If you are waiting for it, try again.',
    ]);
}

async function bringAbout(held: Held, request: Request, wish: Wish): Promise<Outcome> {
  const { aws, ledger } = held;
  const { bundle, properties, knownId } = wish;
  const { id, stack, logicalId } = bundle;
  const { state: before } = ledger;
  refuseWiderThanTemplate(bundle, before.inForce);
  const isSuspension = bundle.properties.Access === 'Suspended';
  try {
    const run = { ...wish, aws, ledger };
    const found = foundAttributes(isSuspension ? await suspend(run) : await reconcile(run));
    await held.finish((state) => {
      const { underWay, inForce } = state;
      carryOut(state, { id, properties, stackId: stack.id, logicalId });
      // A suspension carries nothing else out: what was in force before may be so still when access is Active again.
      if (isSuspension) state.underWay = [...underWay, ...(inForce ? [inForce.properties] : [])];
      else settle(state, id);
      record(state, request, { outcome: { id, found } });
    });
    return { physicalResourceId: id, data: attributesOf(bundle, found) };
  } catch (error) {
    // Once a version may have become current, the way back has to decide: the key in service may be the new user's.
    if (knownId !== id && !aws.signal.aborted && !mayHaveMoved(before, ledger.state))
      await tryTo(() => takeReplacementBack(held, bundle, before));
    throw error;
  }
}

/** Whether AWSCURRENT may be on another version than before. */
const mayHaveMoved = ({ keys: before }: LedgerState, { keys: now }: LedgerState) =>
  now.isMoving === true || now.current?.version !== before.current?.version;

/** What a failed replacement had taken over goes back in one write; what it has made itself is deleted. */
async function takeReplacementBack(
  { aws, ledger }: Held,
  bundle: Bundle,
  before: LedgerState,
): Promise<void> {
  if (namesOf(ledger.state, bundle.id).length === 0) return;
  await ledger.write((state) => {
    giveBack(state, bundle.id, before.owners);
    if (before.registration && state.registration)
      state.registration = { ...state.registration, generation: before.registration.generation };
  });
  const begun = namesOf(ledger.state, bundle.id).filter((key) => before.owners[key]?.since !== 'owned');
  await deleteNames(aws, ledger, begun, bundle);
}

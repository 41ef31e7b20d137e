import type { Aws } from '../aws/clients.ts';
import { tryTo } from '../aws/compensate.ts';
import { type Bundle, describeBundle } from '../bundle/bundle.ts';
import { type Identity, physicalId } from '../bundle/bundle-id.ts';
import { type BundleProperties, parseProperties, parsePropertiesLeniently } from '../bundle/properties.ts';
import type { CredentialsProgress } from '../credentials/apply.ts';
import { PreconditionError } from '../errors.ts';
import { answered, isCancelled, isLate, record } from '../ledger/history.ts';
import { carryOut } from '../ledger/in-force.ts';
import { type Held, withLease } from '../ledger/lease.ts';
import { giveBack, namesOf, settle } from '../ledger/owners.ts';
import type { LedgerState } from '../ledger/state.ts';
import { deleteNames } from '../reconcile/delete.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { suspend } from '../reconcile/suspension.ts';
import { attributesOf, foundAttributes } from './attributes.ts';
import type { CustomResourceEvent, Outcome } from './event.ts';
import { identityOf, requestOf } from './request.ts';
import { refuseWiderThanTemplate } from './trust.ts';

/** What the requests of CloudFormation mean for a bundle, in terms of the engine. */

/** The id that a FAILED answer carries: CloudFormation's own, or for a Create the one that would have been given. */
export function physicalIdOnFailure(event: CustomResourceEvent): string {
  if (event.PhysicalResourceId) return event.PhysicalResourceId;
  try {
    const identity = identityOf(event);
    return physicalId(identity, parsePropertiesLeniently(event.ResourceProperties, identity.stack));
  } catch {
    return 'rv-access/unknown';
  }
}

/** A Create or Update, read. */
interface Wish {
  event: CustomResourceEvent;
  identity: Identity;
  properties: BundleProperties;
  bundle: Bundle;
  functionArn: string;
}

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
  const identity = identityOf(event);
  const properties = parseProperties(event.ResourceProperties ?? {}, identity.stack);
  const bundle = describeBundle(identity, properties);
  const request = requestOf(event);
  const wish = { event, identity, properties, bundle, functionArn };
  return withLease(
    aws,
    {
      bundle: bundle.tag,
      request,
      judge(state) {
        const outcome = answered(state, request);
        if (outcome)
          return { physicalResourceId: outcome.id, data: attributesOf(bundle, properties, outcome.found) };
        refuseIfPast(state, wish);
        return undefined;
      },
      begin: (state) => record(state, request, { id: bundle.id }),
    },
    (held) => bringAbout(held, wish),
  );
}

/** @throws PreconditionError if a request was cancelled, or came after later ones that were carried out */
function refuseIfPast(state: LedgerState, { event, bundle }: Wish): void {
  const request = requestOf(event);
  if (event.RequestType === 'Create' && isCancelled(state, request, bundle.id))
    throw new PreconditionError([
      'CloudFormation has given up this Create and has had it deleted already. Nothing was made.',
    ]);
  if (isLate(state, request))
    throw new PreconditionError([
      'This request came after a later one for the same bundle had been carried out, so nothing was changed. ' +
        'If you are waiting for it, try again.',
    ]);
}

async function bringAbout({ aws, ledger, finish }: Held, wish: Wish): Promise<Outcome> {
  const { event, identity, properties, bundle, functionArn } = wish;
  refuseWiderThanTemplate(identity, properties, ledger.state.inForce);
  const old = event.OldResourceProperties;
  const oldProperties = old && parsePropertiesLeniently(old, identity.stack);
  const knownId = event.PhysicalResourceId ?? bundle.id;
  const before = ledger.state;
  const progress: CredentialsProgress = { keyAsked: false, finishing: false };
  const raw = event.ResourceProperties ?? {};
  try {
    const run = {
      aws,
      ledger,
      identity,
      bundle,
      properties: raw,
      knownId,
      before: oldProperties && describeBundle(identity, oldProperties),
      tagsBefore: oldProperties?.Tags ?? {},
      functionArn,
    };
    const reconciled = bundle.suspended ? await suspend(run) : await reconcile(run, progress);
    const found = foundAttributes(reconciled);
    await finish((state) => {
      if (!bundle.suspended) settle(state, bundle.id);
      const deferred = bundle.suspended ? notCarriedOut(state) : [];
      carryOut(state, {
        id: bundle.id,
        properties: raw,
        stackId: identity.stack.id,
        logicalId: identity.logicalId,
      });
      state.underWay = deferred;
      record(state, requestOf(event), { outcome: { id: bundle.id, found } });
    });
    return { physicalResourceId: bundle.id, data: attributesOf(bundle, properties, found) };
  } catch (error) {
    // Once a version may have become current, the way back has to decide: the key in service may be the new user's.
    if (knownId !== bundle.id && !aws.signal.aborted && !progress.finishing)
      await tryTo(() => takeReplacementBack({ aws, ledger, finish }, wish, before));
    throw error;
  }
}

/** A suspension carries nothing else out: what was in force before may be so still when access is Active again. */
function notCarriedOut({ underWay, inForce }: LedgerState): LedgerState['underWay'] {
  return inForce ? [...underWay, inForce.properties] : underWay;
}

/** What a failed replacement had taken over goes back in one write; what it has made itself is deleted. */
async function takeReplacementBack(
  { aws, ledger }: Held,
  { bundle, identity }: Wish,
  before: LedgerState,
): Promise<void> {
  if (namesOf(ledger.state, bundle.id).length === 0) return;
  await ledger.write((state) => {
    giveBack(state, bundle.id, before.owners);
    if (before.registration && state.registration)
      state.registration = { ...state.registration, generation: before.registration.generation };
  });
  const begun = namesOf(ledger.state, bundle.id).filter((key) => before.owners[key]?.since !== 'owned');
  await deleteNames(aws, ledger, begun, {
    stack: bundle.stack,
    tag: bundle.tag,
    providerStackId: identity.providerStackId,
    recoveryDays: bundle.secret.recoveryDays,
  });
}

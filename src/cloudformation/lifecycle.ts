import type { Aws } from '../aws/clients.ts';
import { tryTo } from '../aws/compensation.ts';
import { type Bundle, bundleId, describeBundle, type Identity, isBundleId } from '../bundle/bundle.ts';
import { type BundleProperties, parsePropertiesLeniently } from '../bundle/properties.ts';
import { parseStackId, secretConsoleUrl, signInUrl } from '../bundle/stack.ts';
import { DeadlineError, SupersededError } from '../errors.ts';
import { cancellation } from '../ledger/history.ts';
import { endTurn } from '../ledger/lease.ts';
import { handBack } from '../ledger/owners.ts';
import { remove } from '../reconcile/delete.ts';
import { type Before, type Converged, converge, noProgress } from '../reconcile/reconcile.ts';
import type { CustomResourceEvent } from './event.ts';

/**
 * What the requests of CloudFormation mean for a bundle: which ids and states an Update lies between, and what is to be
 * cleaned up when it fails.
 */

/** @throws TypeError if the event's stack id is none */
export function identityOf({ StackId, LogicalResourceId }: CustomResourceEvent): Identity {
  const stack = parseStackId(String(StackId));
  return { stack, logicalId: LogicalResourceId, providerStackId: process.env.STACK_ID || stack.id };
}

/** The id that a FAILED answer carries: CloudFormation's own, or for a Create the one that would have been given. */
export function physicalIdOnFailure(event: CustomResourceEvent): string {
  if (event.PhysicalResourceId) return event.PhysicalResourceId;
  try {
    return bundleId(identityOf(event), parsePropertiesLeniently(event.ResourceProperties));
  } catch {
    return 'rv-access/unknown';
  }
}

/** The bundle of the state that an Update leaves, and what it had set. */
interface Previous {
  bundle: Bundle;
  properties: BundleProperties;
  before: Before;
}

function previousOf(identity: Identity, wanted: Bundle, event: CustomResourceEvent): Previous | undefined {
  if (event.RequestType !== 'Update') return undefined;
  const properties = parsePropertiesLeniently(event.OldResourceProperties);
  const bundle = describeBundle(identity, properties);
  const before = {
    ids: [bundle.id, event.PhysicalResourceId ?? bundle.id],
    tags: properties.Tags,
    boundaryArn: properties.PermissionsBoundaryArn,
    secretName: bundle.secret.name,
    secret: bundle.secret,
    differs: JSON.stringify({ ...bundle, adopt: wanted.adopt }) !== JSON.stringify(wanted),
  };
  return { bundle, properties, before };
}

/**
 * Carries out a Create or Update. A failure leaves nothing behind that CloudFormation would not clean up: a replacement
 * that was begun is taken back, and a Create that a Delete has overtaken removes what it made.
 */
export async function convergeRequest(
  aws: Aws,
  identity: Identity,
  bundle: Bundle,
  properties: BundleProperties,
  event: CustomResourceEvent,
): Promise<Converged> {
  const previous = previousOf(identity, bundle, event);
  const options = { recoveryDays: properties.SecretRecoveryDays, protect: false, request: event };
  const progress = noProgress();
  try {
    const converged = await converge(aws, bundle, previous?.before, event, progress);
    // After a failed replacement CloudFormation asks for the old state again, under the old id, and names the failed
    // state as the one before. It has never heard of that one's id, so nobody else will remove what carries it.
    if (previous && ![bundle.id, event.PhysicalResourceId].includes(previous.bundle.id))
      await remove(aws, previous.bundle, {
        ...options,
        recoveryDays: previous.properties.SecretRecoveryDays,
      });
    return converged;
  } catch (error) {
    const physicalId = event.PhysicalResourceId;
    // What was there before is either the bundle that a rollback goes back to, or what an earlier run of this request
    // has begun and the rollback will remove.
    const begunHere = progress.ownedBefore === false && physicalId !== bundle.id;
    // Where both states share the secret, its current credentials may be those of the new user by now.
    const inForce = progress.promoting && previous?.bundle.secret.name === bundle.secret.name;
    if (previous && physicalId && begunHere && !inForce && !(error instanceof DeadlineError))
      await tryTo(async () => {
        await handBack(aws, previous.bundle, bundle.id, physicalId);
        await remove(aws, bundle, { ...options, made: progress.made });
      });
    // A Create that a Delete has overtaken removes what it made. So does one that has no secret by which a Delete would
    // know for sure that there is something to look for.
    const isOrphan = error instanceof SupersededError || !progress.secretClaimed;
    if (!previous && progress.made.size > 0 && isOrphan && !(error instanceof DeadlineError))
      await tryTo(() => remove(aws, bundle, { ...options, made: progress.made }));
    throw error;
  } finally {
    await endTurn(aws, progress.turn);
  }
}

/** Carries out a Delete: of the bundle with the event's id or, if that is none of ours, with the id we would have given. */
export async function removeRequest(aws: Aws, identity: Identity, event: CustomResourceEvent): Promise<void> {
  const properties = parsePropertiesLeniently(event.ResourceProperties);
  const bundle = describeBundle(identity, properties);
  const id = event.PhysicalResourceId;
  const options = {
    recoveryDays: properties.SecretRecoveryDays,
    protect: properties.DeletionProtection === 'WhenInUse',
    request: event,
  };
  if (isBundleId(id)) return remove(aws, { ...bundle, id }, options);
  // CloudFormation invents an id when a Create was cancelled, perhaps while it is still running.
  return remove(aws, bundle, { ...options, cancelled: cancellation(event) });
}

/** The attributes for `Fn::GetAtt`: names, ids and ARNs, never a secret. */
export function attributesOf(bundle: Bundle, { secretArn, accessKeyId }: Converged): Record<string, string> {
  const { stack, user, instanceRole, instanceProfile, instancePolicy, userPolicy, consoleRole, secret } =
    bundle;
  return {
    SecretArn: secretArn,
    SecretName: secret.name,
    SecretConsoleUrl: secretConsoleUrl(stack, secret.name),
    AccessKeyId: accessKeyId,
    UserName: user.name,
    UserArn: user.arn,
    InstanceRoleName: instanceRole.name,
    InstanceRoleArn: instanceRole.arn,
    InstanceProfileArn: instanceProfile.arn,
    InstancePolicyArn: instancePolicy.arn,
    UserPolicyArn: userPolicy.arn,
    ConsoleRoleName: consoleRole.wanted ? consoleRole.name : '',
    ConsoleRoleArn: consoleRole.wanted ? consoleRole.arn : '',
    SignInLoginUrl: signInUrl(stack),
    AccountId: stack.accountId,
  };
}

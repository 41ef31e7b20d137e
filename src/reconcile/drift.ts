import type { Aws } from '../aws/clients.ts';
import { codeOf } from '../aws/error-codes.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { BUNDLE_TAG, missingTags } from '../bundle/tags.ts';
import { credentialsDrift } from '../credentials/drift.ts';
import { CallError } from '../errors.ts';
import type { ObservedHolder } from '../iam/holder.ts';
import type { LedgerState, Owner } from '../ledger/state.ts';
import type { ObservedSecret } from '../secret/secret.ts';
import { MANAGED_KEY } from '../secret/settings.ts';
import { lookAt } from './delete.ts';
import { observe } from './observe.ts';
import { makePlan, ownPolicyArns, type Plan, type ResourcePlan } from './plan.ts';
import { lookAtRegistration } from './registration-drift.ts';
import { rowOf } from './resources.ts';

/** Something that is not as the ledger says that it should be. */
export interface Finding {
  resource: string;
  name: string;
  /** What is and what should be; never a secret. */
  difference: string;
}

/** What one look has shown. */
export interface Look {
  findings: Finding[];
  /** Undefined if not everything could be looked at. */
  plan?: Plan;
  /** Ids of the bundle's own access keys that are there and Active. */
  working?: string[];
  /** Whether Redis says that the cloud account is active; undefined: it is not registered, or Redis does not say. */
  isActive?: boolean | undefined;
}

/** Looks at everything, and changes nothing. What cannot be read is a finding too. */
export async function lookForDrift(aws: Aws, bundle: Bundle, state: LedgerState): Promise<Look> {
  try {
    const known = { ...state, owners: settled(state, bundle.id) };
    const [observed, registration] = await Promise.all([
      observe(aws, bundle, known),
      lookAtRegistration(aws, bundle, state),
    ]);
    const plan = makePlan(
      { bundle, state: known, mayBe: [], knownId: bundle.id, before: undefined },
      observed,
    );
    const own = ownPolicyArns({ bundle, state });
    const secret = plan.resources.find(({ resource }) => resource.kind === 'secret');
    const words = credentialsDrift(
      bundle,
      observed.credentials,
      plan.credentials,
      secret?.standing === 'owned',
    );
    const found = await Promise.all(
      plan.resources.map(async (each) => {
        const { kind, desired } = each.resource;
        const ofCredentials = kind === 'user' ? words.user : kind === 'secret' ? words.secret : [];
        const differences = [...(await differencesOf(aws, bundle, each, own)), ...ofCredentials];
        return differences.map((difference) => ({ resource: kind, name: desired.name, difference }));
      }),
    );
    const left = plan.left.map((key) => {
      const { row, name } = rowOf(key);
      return { resource: row.kind, name, difference: 'it is left of an operation that failed' };
    });
    const { keys, made } = observed.credentials;
    return {
      plan,
      working: made.filter(({ id }) => keys.find((key) => key.id === id)?.active).map(({ id }) => id),
      isActive: registration.isActive,
      findings: [
        ...found.flat(),
        ...left,
        ...(await leftBefore(aws, bundle, state, plan)),
        ...registration.findings,
      ],
    };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const difference = `it could not be looked at, as ${error.action} was answered with ${codeOf(error)}`;
    return { findings: [{ resource: 'bundle', name: bundle.tag, difference }] };
  }
}

/**
 * What there is still of the names before: CloudFormation tries three times to delete it, and forgets it then. Their secret
 * lets nobody in, and one that a person has deleted shows for weeks.
 */
async function leftBefore(aws: Aws, bundle: Bundle, state: LedgerState, plan: Plan): Promise<Finding[]> {
  const known = [...plan.left, ...plan.resources.map(({ key }) => key)];
  const names = Object.keys(state.owners).filter((key) => !known.includes(key));
  const difference = 'it is left of the names before, as its deletion was refused or is still to come';
  return (await lookAt(aws, state, names, bundle))
    .filter(({ row, found }) => row.kind !== 'secret' && found.tags?.[BUNDLE_TAG] === bundle.tag)
    .map(({ row, name }) => ({ resource: row.kind, name, difference }));
}

/** Whatever a request that failed has begun to do with a name: what is in force has it. */
function settled({ owners }: LedgerState, id: string): Record<string, Owner> {
  return Object.fromEntries(
    Object.entries(owners).map(([key, owner]) => [
      key,
      owner.id === id ? { ...owner, since: 'owned' as const } : owner,
    ]),
  );
}

async function differencesOf(
  aws: Aws,
  bundle: Bundle,
  { resource, key, standing, observed }: ResourcePlan,
  own: string[],
): Promise<string[]> {
  if (!observed || standing === 'absent') return ['it is missing'];
  if (standing === 'left') {
    const { deletedDate } = observed as ObservedSecret;
    return [`its deletion was scheduled on ${deletedDate?.toISOString()}`];
  }
  const { row, name } = rowOf(key);
  const tags = Object.entries(missingTags(observed.tags, resource.desired.tags)).map(
    ([tag, value]) => `its tag ${tag} is ${observed.tags[tag] ?? 'missing'} and should be ${value}`,
  );
  return [
    ...tags,
    // What AWS says counts here, whatever a request may have begun.
    ...resource.diff(observed, [], own).map(({ difference }) => difference),
    ...(resource.conflicts?.(observed) ?? []),
    ...furtherSettings(resource.desired, observed, own),
    ...(standing === 'owned' ? ((await row.drift?.(aws, name, bundle)) ?? []) : []),
  ];
}

/** What was observed anyway, and an Update leaves as it is. */
function furtherSettings(
  desired: { name: string; boundaryArn?: string; kmsKeyArn?: string; rotationDays?: number },
  observed: Partial<ObservedHolder & ObservedSecret>,
  own: string[],
): string[] {
  const { policyArns = [], boundaryArn, kmsKeyId, rotationDays } = observed;
  const further = policyArns.filter((arn) => !own.includes(arn));
  return [
    ...further.map((arn) => `it has the policy ${arn}, which the bundle did not attach`),
    ...(boundaryArn && !desired.boundaryArn
      ? [`its permissions boundary is ${boundaryArn} and should be none`]
      : []),
    ...(kmsKeyId && kmsKeyId !== MANAGED_KEY && !desired.kmsKeyArn
      ? [`its KMS key is ${kmsKeyId} and should be the AWS managed key`]
      : []),
    ...(rotationDays === desired.rotationDays
      ? []
      : [`it is rotated every ${rotationDays} days and should be every ${desired.rotationDays} (0: never)`]),
  ];
}

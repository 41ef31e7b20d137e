import type { Bundle } from '../bundle/bundle.ts';
import { iamArn } from '../bundle/stack.ts';
import { missingTags, presentKeys, staleTagKeys, type Tags } from '../bundle/tags.ts';
import { type CredentialsPlan, credentialWarnings, planCredentials } from '../credentials/plan.ts';
import { denyAll } from '../iam/deny-all.ts';
import { type InForceBundles, standing } from '../ledger/in-force.ts';
import { namesOf, type Taking, unknownGenerations } from '../ledger/owners.ts';
import type { LedgerState } from '../ledger/state.ts';
import { type Change, changeIf, mustWrite } from '../resource/change.ts';
import { conflictsOf } from './conflicts.ts';
import type { Observed, ObservedResource } from './observe.ts';
import { NO_CALLS, resourcesOf, rowOf } from './resources.ts';

/** What is to be done about one resource: what is absent is made, what was left restored, what is foreign adopted. */
export interface ResourcePlan extends ObservedResource {
  missingTags: Tags;
  changes: Change[];
}

/** The difference between what is desired and what was observed, as data. */
export interface Plan {
  resources: ResourcePlan[];
  credentials: CredentialsPlan;
  /** Names that are to go: of this generation, not desired any more, and of those that CloudFormation never learnt of. */
  left: string[];
  /** What must be cleared before anything is touched, as sentences for the user. */
  conflicts: string[];
  /** Sentences for the user. */
  warnings: string[];
}

/** What a plan goes by, besides what was observed. */
export interface PlanInput {
  bundle: Bundle;
  state: LedgerState;
  mayBe: InForceBundles;
  /** The physical id that CloudFormation knows. */
  knownId: string;
  /** The state that an Update leaves, by CloudFormation's word. */
  before: Bundle | undefined;
}

/** Decides what to do; reads and changes nothing. */
export function makePlan(input: PlanInput, observed: Observed): Plan {
  const { bundle, state } = input;
  const resources = observed.resources.map((each) => planResource(input, each));
  const credentials = planCredentials(bundle.secret, bundle.user, observed.credentials);
  const keys = resources.map(({ key }) => key);
  const suspended = standing(state) ? [denyAll(bundle.stack.partition)] : [];
  const attached = [...ownPolicyArns(input), ...suspended];
  const known = [...namesOf(state, bundle.id), ...unknownNames(state, input)];
  return {
    resources,
    credentials,
    left: known.filter((key) => !keys.includes(key)),
    conflicts: conflictsOf(input, observed, resources, credentials),
    warnings: [
      ...credentialWarnings(bundle.user.name, credentials),
      ...resources.flatMap(({ resource, observed: seen }) =>
        seen ? (resource.warnings?.(seen, attached) ?? []) : [],
      ),
    ],
  };
}

/** The names of generations that CloudFormation never learnt of. */
export function unknownNames(
  state: LedgerState,
  { bundle, knownId, before }: Pick<PlanInput, 'bundle' | 'knownId' | 'before'>,
): string[] {
  return unknownGenerations(state, [bundle.id, knownId], before?.id).flatMap((id) => namesOf(state, id));
}

/** The states of a resource's name that may be in force by the ledger. */
function mayBeOf({ mayBe }: PlanInput, { key, owner, resource, standing }: ObservedResource) {
  const states = mayBe.flatMap((bundle) => {
    if (!bundle) return [undefined];
    return resourcesOf(NO_CALLS, bundle).flatMap((other) =>
      other.key === key ? [other.resource.desired] : [],
    );
  });
  // A secret that is adopted may let in the readers of another bundle, of which the ledger knows nothing.
  const isOthers = resource.kind === 'secret' && standing === 'foreign';
  return isOthers || (owner && owner.since !== 'owned') ? [...states, undefined] : states;
}

/** The policies of this bundle, under all names that the ledger gives to it. */
export function ownPolicyArns({ bundle, state }: Pick<PlanInput, 'bundle' | 'state'>): string[] {
  const { stack, instancePolicy, userPolicy } = bundle;
  const named = Object.keys(state.owners)
    .filter((key) => key.startsWith('policy '))
    .map((key) => iamArn(stack, 'policy', rowOf(key).name));
  return [...new Set([instancePolicy.arn, userPolicy.arn, ...named])];
}

function planResource(input: PlanInput, each: ObservedResource): ResourcePlan {
  const { resource, observed, standing } = each;
  const { desired, keyCase } = resource;
  const mayBe = mayBeOf(input, each);
  const tagsBefore = [input.before?.properties.Tags ?? {}, ...mayBe.map((state) => state?.tags ?? {})];
  const isUncertain = mustWrite(true, desired, mayBe, ({ tags }) => tags);
  const stale = staleTagKeys(desired.tags, tagsBefore, keyCase).filter(
    (tag) => isUncertain || !observed || presentKeys(observed.tags, [tag], keyCase).length > 0,
  );
  const difference = `it may have the tags ${stale.join(', ')} and should not`;
  // Also for what reads as absent: it may be there all the same.
  const untagging = changeIf(stale.length > 0, difference, () => resource.untag(stale));
  // What is made or restored is tagged then, and compared with what it is to be afterwards.
  if (!observed || standing === 'left') return { ...each, missingTags: {}, changes: untagging };
  return {
    ...each,
    missingTags: isUncertain ? desired.tags : missingTags(observed.tags, desired.tags),
    changes: [...resource.diff(observed, mayBe, ownPolicyArns(input)), ...untagging],
  };
}

const SINCE = { absent: 'making', owned: 'making', left: 'restoring', foreign: 'adopting' } as const;

/** How the ledger notes a resource before the first call; an adoption that goes on, with what it had added. */
export function takingOf({ key, resource, standing, observed, owner }: ObservedResource): Taking {
  const since = SINCE[standing];
  if (since !== 'adopting') return { key, since };
  const keys = Object.keys(resource.desired.tags);
  const present = presentKeys(observed?.tags ?? {}, keys, resource.keyCase);
  const again = owner?.since === 'adopting' ? owner.added : undefined;
  return { key, since, added: again ?? keys.filter((tag) => !present.includes(tag)) };
}

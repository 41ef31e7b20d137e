import type { Aws } from '../aws/clients.ts';
import { together } from '../aws/patience.ts';
import type { DesiredSecret } from '../bundle/bundle.ts';
import type { Tags } from '../bundle/tags.ts';
import { readVersions } from '../credentials/observe.ts';
import { isStoredIn } from '../ledger/keys.ts';
import type { Keys } from '../ledger/state.ts';
import type { Change } from '../resource/change.ts';
import { createOrFind } from '../resource/ownership.ts';
import type { Resource } from '../resource/resource.ts';
import { restoreSecret } from '../secret/ensure.ts';
import { describeSecret, type ObservedSecret } from '../secret/secret.ts';
import type { SecretVersion } from '../secret/versions.ts';
import { ownPolicyArns, type Plan, type ResourcePlan } from './plan.ts';
import type { Reconciling } from './run.ts';

/** What there is once every resource exists and is ours. */
export interface Ensured {
  /** What is left to set right. */
  changes: Change[];
  secretArn: string;
  /** The versions of a secret that could not be read before: it was made or restored; undefined: it was there. */
  versions: SecretVersion[] | undefined;
}

/** Makes what is missing, restores or takes over what is there, and brings tags up to date. */
export async function ensure({ aws, bundle, ledger }: Reconciling, { resources }: Plan): Promise<Ensured> {
  const { keys } = ledger.state;
  const own = ownPolicyArns({ bundle, state: ledger.state });
  const done = await together(resources.map((each) => ensureOne(aws, each, keys, own)));
  const index = resources.findIndex(({ resource }) => resource.kind === 'secret');
  const secret = done[index]?.observed as ObservedSecret;
  return {
    changes: done.flatMap(({ changes }) => changes),
    secretArn: secret.arn,
    versions:
      resources[index]?.standing === 'owned'
        ? undefined
        : await versionsOf(aws, bundle.secret.name, secret, keys),
  };
}

/** @returns what is there once the resource is ours, and what is left to set right */
async function ensureOne(
  aws: Aws,
  { resource, standing, observed, missingTags, changes }: ResourcePlan,
  keys: Keys,
  own: string[],
): Promise<{ observed: { tags: Tags } | undefined; changes: Change[] }> {
  const secret = resource as Resource<DesiredSecret, ObservedSecret>;
  if (standing === 'left') {
    const isPast = !isStoredIn(keys, resource.desired.name);
    const restored = await restoreSecret(aws, secret, observed as ObservedSecret, isPast);
    return { observed: restored, changes: [...secret.diff(restored, [undefined], own), ...changes] };
  }
  if (standing !== 'absent') {
    // The function's role may only touch what carries the stack's tag, so an adopted resource is tagged first of all.
    if (Object.keys(missingTags).length > 0) await resource.tag(missingTags);
    return { observed, changes };
  }
  const { observed: found, made } = await createOrFind(aws, resource);
  // What was there after all may be in any state.
  return {
    observed: found,
    changes: made ? resource.diff(found, [], own) : [...resource.diff(found, [undefined], own), ...changes],
  };
}

/**
 * The labelled versions. Where the ledger knows of nothing in the secret, they hold nothing of ours, and are not read.
 * Making a secret a second time is answered as the first time: where the ledger knows of more, a run that died has stored it.
 */
async function versionsOf(
  aws: Aws,
  name: string,
  { stages }: ObservedSecret,
  keys: Keys,
): Promise<SecretVersion[]> {
  if (!isStoredIn(keys, name))
    return Object.entries(stages).map(([id, labels]) => ({ secret: name, id, stages: labels, content: {} }));
  const described = await describeSecret(aws, name);
  return readVersions(aws, { name, stages: described?.stages ?? stages }, keys);
}

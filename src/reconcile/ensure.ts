import type { Aws } from '../aws/clients.ts';
import { codeOf } from '../aws/error-codes.ts';
import { together } from '../aws/patience.ts';
import type { Bundle, DesiredSecret } from '../bundle/bundle.ts';
import type { Tags } from '../bundle/tags.ts';
import { readVersions } from '../credentials/observe.ts';
import { ConflictError } from '../errors.ts';
import type { Keys } from '../ledger/state.ts';
import type { Change } from '../resource/change.ts';
import { createOrFind } from '../resource/ownership.ts';
import type { Resource } from '../resource/resource.ts';
import { createSecret, restoreSecret } from '../secret/ensure.ts';
import { describeSecret, type ObservedSecret, placeholderToken } from '../secret/secret.ts';
import { readVersion, type SecretVersion } from '../secret/versions.ts';
import type { Plan, ResourcePlan } from './plan.ts';

/** What there is once every resource exists and is ours. */
export interface Ensured {
  /** What is left to set right. */
  changes: Change[];
  secretArn: string;
  /** The versions of a secret that could not be read before: it was made or restored; undefined: it was there. */
  versions: SecretVersion[] | undefined;
}

/**
 * Makes what is missing, restores or takes over what is there, and brings tags up to date.
 *
 * @param keys what the ledger knows of the credentials
 * @param ownPolicyArns the policies of this bundle
 */
export async function ensure(
  aws: Aws,
  bundle: Bundle,
  plan: Plan,
  keys: Keys,
  ownPolicyArns: string[],
): Promise<Ensured> {
  const done = await together(
    plan.resources.map((each) => ensureOne(aws, each, bundle.tag, keys, ownPolicyArns)),
  );
  const changes = done.flatMap((each) => each.changes);
  const index = plan.resources.findIndex(({ resource }) => resource.kind === 'secret');
  const secret = done[index]?.observed as ObservedSecret;
  const wasThere = plan.resources[index]?.action === 'keep';
  return {
    changes,
    secretArn: secret.arn,
    versions: wasThere ? undefined : await versionsOf(aws, bundle.secret, secret, keys),
  };
}

/** What is there of a resource once it is ours. */
interface EnsuredResource {
  observed: { tags: Tags };
  changes: Change[];
}

async function ensureOne(
  aws: Aws,
  { resource, action, observed, missingTags, changes }: ResourcePlan,
  tag: string,
  keys: Keys,
  ownPolicyArns: string[],
): Promise<EnsuredResource> {
  if (action === 'create') {
    const found =
      resource.kind === 'secret'
        ? await createSecret(aws, resource as Resource<DesiredSecret, ObservedSecret>, tag)
        : await createOrFind(aws, resource, tag);
    if (!found.made) await confirm(resource);
    // What was there after all may be in any state.
    const mayBe = found.made ? [] : [undefined];
    const rest = found.made ? [] : changes;
    return {
      observed: found.observed,
      changes: [...resource.diff(found.observed, mayBe, ownPolicyArns), ...rest],
    };
  }
  if (!observed) throw new TypeError(`The ${resource.kind} "${resource.desired.name}" was not looked up.`);
  if (action === 'restore') {
    const isAlive = [keys.current, ...keys.made.map(({ stored }) => stored)].some(
      (stored) => stored?.secret === resource.desired.name,
    );
    const restored = await restoreSecret(
      aws,
      resource as Resource<DesiredSecret, ObservedSecret>,
      observed as ObservedSecret,
      !isAlive,
    );
    return {
      observed: restored,
      changes: [...resource.diff(restored, [undefined], ownPolicyArns), ...changes],
    };
  }
  // The function's role may only touch what carries the stack's tag, so an adopted resource is tagged first of all.
  if (Object.keys(missingTags).length > 0) await resource.tag(missingTags);
  return { observed, changes };
}

/**
 * AWS holds the name, and a read shows what is ours: it is there, or it was deleted a moment ago. A write tells.
 *
 * @throws ConflictError if it is not there
 */
async function confirm({ kind, desired, tag }: Resource): Promise<void> {
  try {
    await tag(desired.tags);
  } catch (error) {
    if (!['NoSuchEntity', 'ResourceNotFound', 'InvalidRequest'].includes(codeOf(error))) throw error;
    throw new ConflictError(`The ${kind} "${desired.name}" was deleted a moment ago.`);
  }
}

/**
 * The contents of the labelled versions; the one that was made with the secret need not be read. Making a secret a second
 * time is answered as the first time: where the ledger knows of more, a run that died has stored it.
 */
async function versionsOf(
  aws: Aws,
  desired: DesiredSecret,
  { stages }: ObservedSecret,
  keys: Keys,
): Promise<SecretVersion[]> {
  const { name } = desired;
  if ([keys.current, ...keys.made.map(({ stored }) => stored)].some((stored) => stored?.secret === name)) {
    const described = await describeSecret(aws, name);
    return readVersions(aws, { name, stages: described?.stages ?? stages }, keys);
  }
  const versions = await Promise.all(
    Object.entries(stages).map(([id, labels]) =>
      id === placeholderToken(desired)
        ? { secret: name, id, stages: labels, content: desired.fixed }
        : readVersion(aws, name, id, labels, { surely: true }),
    ),
  );
  return versions.filter((version) => version !== undefined);
}

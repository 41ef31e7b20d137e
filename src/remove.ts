import { type AccessKey, deleteAccessKey, lastUse } from './access-key.ts';
import { type Aws, sleep, together } from './aws.ts';
import { type Bundle, type DesiredPolicy, isSameResource } from './bundle.ts';
import { policyToRemove } from './entities/policy-removal.ts';
import { type Removal, unreadable } from './entities/removal.ts';
import { instanceProfileToRemove, roleToRemove } from './entities/role-removal.ts';
import { deleteSecret, type SecretToRemove, secretToRemove } from './entities/secret-removal.ts';
import { type UserToRemove, userToRemove } from './entities/user-removal.ts';
import { adopting, type Step } from './entity.ts';
import { BlockedError, DeadlineError, LeftoversError } from './errors.ts';
import { log } from './log.ts';
import { mintedKeys } from './minting.ts';
import { createSecret } from './secret-claim.ts';
import { BUNDLE_TAG, type Tags } from './tags.ts';

export interface RemovalOptions {
  /** 7 to 30 days in which the secret can be restored, or 0. */
  recoveryDays: number;
  /** Refuse while the credentials are in use. */
  protect: boolean;
  /**
   * Tags for a secret that stands in for one that is not there yet, so that a Create which is still on its way finds
   * that it was cancelled; undefined: none is made.
   */
  cancelled?: Tags | undefined;
  /** What was made a moment ago, as `user "redislabs-user"`: it is looked for until it shows. */
  made?: Set<string>;
}

/** How often, and how far apart in milliseconds, an entity that should be there is looked for. */
const LOOKS = 3;
const LOOK_INTERVAL = 1500;
/** The same for what was surely made. */
const LOOKS_FOR_MADE = 20;
/** What counts as in use, in milliseconds: a day. */
const IN_USE = 86_400_000;
/** The days for which the tombstone of a cancelled Create is kept: the fewest that Secrets Manager knows. */
const TOMBSTONE_DAYS = 7;

/**
 * Removes whatever carries the bundle's id, and nothing else. Credentials die first; what fails does not stop the rest.
 *
 * @param bundle tells the names to look for
 * @throws BlockedError if the bundle is in use; nothing was changed then
 * @throws LeftoversError if something is left
 */
export async function remove(aws: Aws, bundle: Bundle, options: RemovalOptions): Promise<void> {
  const found = await look(aws, bundle, options);
  if (options.protect) await refuseIfInUse(aws, found);

  const left = new Map<string, unknown>();
  const run = (what: string, steps: Step[]) =>
    steps.map(async (step) => {
      try {
        await step();
      } catch (error) {
        // The first failure is the cause; what follows from it is not worth telling.
        if (!left.has(what)) left.set(what, error);
      }
    });
  const phase = (pick: (removal: Removal) => Step[]) =>
    together(found.removals.flatMap((removal) => run(removal.what, pick(removal))));
  // AWS refuses to delete what something still hangs on, so a failure before this need not be the last word.
  const drop = ({ what, drop: deleteIt }: Removal): Step[] =>
    left.get(what) instanceof BlockedError
      ? []
      : [
          async () => {
            await deleteIt();
            left.delete(what);
          },
        ];

  await together(run(`secret "${bundle.secret.name}"`, fence(aws, bundle, found, options)));
  await phase(({ kill }) => kill);
  await phase(({ strip }) => strip);
  await phase((removal) => (removal.last ? [] : drop(removal)));
  await phase((removal) => (removal.last ? drop(removal) : []));

  if (left.size > 0)
    throw new LeftoversError([...left].map(([what, error]) => `${what} (${(error as Error).message})`));
}

/** What a look at the account has shown. */
interface Found {
  removals: Removal[];
  /** The owned user's access keys. */
  keys: AccessKey[];
  /** When the owned instance role was last used. */
  roleLastUsed: Date | undefined;
  /** The secret of that name, or why it could not be read. */
  secret: SecretToRemove | { error: unknown } | undefined;
}

/** An entity of the bundle's names: absent, or there and perhaps ours, or of unknown state. */
interface Sight<Entity> {
  what: string;
  absent: boolean;
  ours?: Entity;
  foreign?: Entity;
  removal?: Removal;
}

async function sight<Entity extends { tags: Tags; removal: Removal }>(
  what: string,
  isOurs: (tags: Tags) => boolean,
  read: Promise<Entity | undefined>,
): Promise<Sight<Entity>> {
  try {
    const entity = await read;
    if (!entity) return { what, absent: true };
    if (isOurs(entity.tags)) return { what, absent: false, ours: entity, removal: entity.removal };
    log({ level: 'warning', warning: `The ${what} does not carry this bundle's tag; it was left alone.` });
    return { what, absent: false, foreign: entity };
  } catch (error) {
    return { what, absent: false, removal: unreadable(what, error) };
  }
}

/**
 * Reads every entity and keeps those that carry the bundle's id. When only a part of the bundle is there, it may be
 * seconds old and the rest not visible yet, so it is looked at again before the rest is believed to be missing.
 */
async function look(
  aws: Aws,
  bundle: Bundle,
  { recoveryDays, made, cancelled }: RemovalOptions,
): Promise<Found> {
  const { instancePolicy, userPolicy, instanceRole, consoleRole, instanceProfile, user } = bundle;
  const isOurs = (tags: Tags) => tags[BUNDLE_TAG] === bundle.id;
  const isRelated = (tags: Tags) => isSameResource(tags[BUNDLE_TAG], bundle.id);
  const profileName = instanceProfile.name;
  for (let looks = 1; ; looks += 1) {
    const going: string[] = [];
    const policySight = ({ name, arn }: DesiredPolicy) =>
      sight(`policy "${name}"`, isOurs, policyToRemove(aws, arn, isRelated, going));
    const secretSight = secretToRemove(aws, bundle.secret.name, recoveryDays).catch((error: unknown) => ({
      error,
    }));
    const [secretSeen, userSight, instanceRoleSight, consoleRoleSight, ...others] = await Promise.all([
      secretSight,
      sight(`user "${user.name}"`, isOurs, userToRemove(aws, user.name)),
      sight(`role "${instanceRole.name}"`, isOurs, roleToRemove(aws, instanceRole.name)),
      sight(`role "${consoleRole.name}"`, isOurs, roleToRemove(aws, consoleRole.name)),
      sight(
        `instance profile "${profileName}"`,
        isOurs,
        instanceProfileToRemove(aws, profileName, instanceRole.name),
      ),
      policySight(instancePolicy),
      policySight(userPolicy),
    ]);
    const expected = [
      userSight,
      instanceRoleSight,
      ...(consoleRole.wanted ? [consoleRoleSight] : []),
      ...others,
    ];
    const all = [userSight, instanceRoleSight, consoleRoleSight, ...others];
    const secretIsOurs =
      secretSeen && 'tags' in secretSeen && !secretSeen.scheduled && isOurs(secretSeen.tags);
    const anyOurs = secretIsOurs || cancelled || all.some(({ ours }) => ours);
    const incomplete = anyOurs && expected.some(({ absent }) => absent);
    const unseen = all.some(({ what, absent }) => absent && made?.has(what));
    if ((incomplete && looks < LOOKS) || (unseen && looks < LOOKS_FOR_MADE)) {
      await sleep(LOOK_INTERVAL, aws.signal);
      continue;
    }
    if (userSight.ours) going.push(user.name);
    if (instanceRoleSight.ours) going.push(instanceRole.name);
    if (consoleRoleSight.ours) going.push(consoleRole.name);
    const removals = all.map(({ removal }) => removal).filter((removal) => removal !== undefined);
    if (userSight.foreign) removals.push(keysMadeFor(aws, bundle, userSight.foreign, secretSeen));
    if (secretSeen && 'error' in secretSeen)
      removals.push(unreadable(`secret "${bundle.secret.name}"`, secretSeen.error));
    return {
      removals,
      keys: userSight.ours?.keys ?? [],
      roleLastUsed: instanceRoleSight.ours?.lastUsed,
      secret: secretSeen,
    };
  }
}

/** A user whose adoption was not completed stays as it was found: only the keys that were made for it since go. */
function keysMadeFor(
  aws: Aws,
  { id, user }: Bundle,
  { tags, keys }: UserToRemove,
  secret: Found['secret'],
): Removal {
  const ours = [id, adopting(id)];
  const known =
    secret && 'tags' in secret && ours.includes(secret.tags[BUNDLE_TAG] ?? '') ? secret.tags : undefined;
  const made = known && tags[BUNDLE_TAG] === adopting(id) ? mintedKeys(known, keys) : [];
  const deleteKeys = () => together(made.map((key) => deleteAccessKey(aws, user.name, key.id)));
  return {
    what: `access keys made for the user "${user.name}"`,
    kill: [deleteKeys],
    strip: [],
    drop: deleteKeys,
  };
}

/**
 * The secret goes first: a Create that is still under way fails at its next write to it. Where a Create was cancelled
 * before it had a secret, one is left that is scheduled for deletion and says so.
 */
function fence(aws: Aws, bundle: Bundle, { secret }: Found, { cancelled }: RemovalOptions): Step[] {
  if (secret && 'error' in secret) return [];
  if (secret) return secret.tags[BUNDLE_TAG] === bundle.id && !secret.scheduled ? [() => secret.drop()] : [];
  if (!cancelled) return [];
  return [
    async () => {
      const { name, fixed } = bundle.secret;
      const tombstone = { ...bundle.secret, fixed, kmsKeyArn: '', replicaRegions: [] };
      await createSecret(aws, bundle.id, tombstone, { ...bundle.tags, ...cancelled });
      await deleteSecret(aws, name, TOMBSTONE_DAYS);
    },
  ];
}

/** A key that is younger than this, in milliseconds, has hardly reached Redis: the Create that made it may still run. */
const YOUNG = 900_000;

async function refuseIfInUse(aws: Aws, { keys, roleLastUsed }: Found): Promise<void> {
  const since = Date.now() - IN_USE;
  const inUse: string[] = [];
  await together(
    keys.map(async ({ id, createDate }) => {
      try {
        const use = await lastUse(aws, id);
        if (use && use.service !== 'sts' && use.date.getTime() > since)
          inUse.push(`access key ${id} (for ${use.service} in ${use.region}, ${use.date.toISOString()})`);
      } catch (error) {
        if (error instanceof DeadlineError) throw error;
        if (Date.now() - createDate.getTime() > YOUNG)
          inUse.push(`perhaps access key ${id} (${(error as Error).message})`);
      }
    }),
  );
  if (roleLastUsed && roleLastUsed.getTime() > since)
    inUse.push(`the instance role (by running nodes, ${roleLastUsed.toISOString()})`);
  if (inUse.length === 0) return;
  throw new BlockedError([
    `Redis has used this access in the last 24 hours: ${inUse.join('; ')}. Nothing was deleted, since that would cut ` +
      'running databases off. Remove the subscriptions and the cloud account in Redis Cloud first. To delete all the same, ' +
      'update the stack with DeletionProtection=Off, then delete it again.',
  ]);
}

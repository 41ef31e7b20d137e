import { type Aws, sleep, together } from '../aws/clients.ts';
import { type Bundle, type DesiredPolicy, isSameResource } from '../bundle/bundle.ts';
import { BUNDLE_TAG, type Tags } from '../bundle/tags.ts';
import { hadNoPassword, mintedKeys } from '../credentials/intent.ts';
import { type AccessKey, deleteAccessKey } from '../iam/access-key.ts';
import { removePassword } from '../iam/login-profile.ts';
import { policyToRemove } from '../iam/managed-policy-deletion.ts';
import { instanceProfileToRemove, roleToRemove } from '../iam/role-deletion.ts';
import { type UserToRemove, userToRemove } from '../iam/user-deletion.ts';
import { log } from '../log.ts';
import { type Removal, unreadable } from '../resource/deletion.ts';
import { adopting } from '../resource/resource.ts';
import { type SecretToRemove, secretToRemove } from '../secret/delete.ts';

/** How often, and how far apart in milliseconds, an entity that should be there is looked for. */
const LOOKS = 3;
const LOOK_INTERVAL = 1500;
/** The same for what was surely made. */
const LOOKS_FOR_MADE = 6;

/** What a look at the account has shown. */
export interface Found {
  removals: Removal[];
  /** The owned user's access keys. */
  keys: AccessKey[];
  /** When the owned instance role was last used. */
  roleLastUsed: Date | undefined;
  /** The secret of that name, or why it could not be read. */
  secret: SecretToRemove | { error: unknown } | undefined;
}

export interface LookOptions {
  recoveryDays: number;
  made?: Set<string>;
  cancelled?: Tags | undefined;
  /** Whether what should be there and is not is looked for again. */
  patient: boolean;
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
export async function look(
  aws: Aws,
  bundle: Bundle,
  { recoveryDays, made, cancelled, patient }: LookOptions,
): Promise<Found> {
  const { instancePolicy, userPolicy, instanceRole, consoleRole, instanceProfile, user } = bundle;
  const isOurs = (tags: Tags) => tags[BUNDLE_TAG] === bundle.id;
  const isRelated = (tags: Tags) =>
    isSameResource(tags[BUNDLE_TAG], bundle.id) || tags[BUNDLE_TAG] === adopting(bundle.id);
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
    if ((patient && incomplete && looks < LOOKS) || (unseen && looks < LOOKS_FOR_MADE)) {
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
  const takeBack = async () => {
    await together(made.map((key) => deleteAccessKey(aws, user.name, key.id)));
    if (known && tags[BUNDLE_TAG] === adopting(id) && hadNoPassword(known))
      await removePassword(aws, user.name);
  };
  return {
    what: `credentials made for the user "${user.name}"`,
    kill: [takeBack],
    strip: [],
    drop: takeBack,
  };
}

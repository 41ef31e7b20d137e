import type { AccessKey, Tags, User } from '../support/memory-aws/iam-state.ts';
import type { Secret } from '../support/memory-aws/secrets-state.ts';
import type { World } from '../support/memory-aws/world.ts';

export const STACK_TAG = 'rv-access:stack';
export const BUNDLE_TAG = 'rv-access:bundle';

/** What the tags of all bundles of one resource of one stack begin with, and so do their physical ids. */
export const idPrefix = (stackId: string, logicalId: string): string =>
  `rv-access/${stackId.split('/')[1]}/${logicalId.slice(0, 64)}/`;

/** The resource that a physical id stands for a generation of: what the tag of its entities says. */
export const resourceOf = (id: string): string => id.replace(/-[0-9a-f]{16}$/, '');

/** Whether tags say that an entity belongs to this resource. */
export const isOurs = (tags: Tags | undefined, prefix: string): boolean =>
  tags?.[BUNDLE_TAG]?.startsWith(prefix) === true;

/** Every entity that carries the tag of a bundle, as words; secrets that are scheduled for deletion do not count. */
export function owned(world: World, prefix: string): string[] {
  const list = (kind: string, all: { name: string; tags: Tags }[]) =>
    all.filter(({ tags }) => isOurs(tags, prefix)).map(({ name }) => `${kind} ${name}`);
  return [
    ...list('user', Object.values(world.users)),
    ...list('role', Object.values(world.roles)),
    ...list('policy', Object.values(world.policies)),
    ...list('instance profile', Object.values(world.instanceProfiles)),
    ...list(
      'secret',
      Object.values(world.secrets).filter(({ deletion }) => !deletion),
    ),
  ];
}

export type Content = {
  accessKeyId?: string;
  accessSecretKey?: string;
  consoleUsername?: string;
  consolePassword?: string;
  iamRoleName?: string;
  accessKeySerial?: number;
  passwordSerial?: number;
  previousAccessKeyId?: string;
};

/** What a labelled version of a secret holds; undefined: there is no such version, or it is no JSON object. */
export function content(secret: Secret | undefined, label: string): Content | undefined {
  const version = Object.values(secret?.versions ?? {}).find(({ stages }) => stages.includes(label));
  try {
    return version && JSON.parse(version.value);
  } catch {
    return undefined;
  }
}

export function keyOf(world: World, id: string | undefined): { user: User; key: AccessKey } | undefined {
  for (const user of Object.values(world.users)) {
    const key = user.accessKeys.find((each) => each.id === id);
    if (key) return { user, key };
  }
  return undefined;
}

import type { Secret } from '../support/memory-aws/secrets-state.ts';
import type { Snapshot } from '../support/memory-aws/snapshot.ts';
import type { World } from '../support/memory-aws/world.ts';
import { keysInLedger } from './ledger.ts';
import { content } from './ours.ts';

type Keys = Record<string, string>;

/** Calls keys by what they are in the secrets, since their ids differ from run to run. */
function namesOfKeys(secrets: Secret[], inLedger: string[]): Keys {
  const names: Keys = Object.fromEntries(inLedger.map((id) => [id, 'the other key']));
  for (const secret of secrets) {
    const current = content(secret, 'AWSCURRENT');
    const previous = content(secret, 'AWSPREVIOUS')?.accessKeyId;
    const other = current?.previousAccessKeyId ?? previous;
    if (other) names[other] = 'the other key';
    if (current?.accessKeyId) names[current.accessKeyId] = `the key of ${secret.name}`;
  }
  return names;
}

/**
 * What exists, without what differs between two ways to the same end: unique ids, times, the texts of keys and
 * passwords, numbers of policy versions, versions of secrets that nobody can see, secrets scheduled for deletion.
 */
export function normalForm(world: Snapshot | World, otherKeys: boolean): object {
  const live = Object.values(world.secrets).filter(({ deletion }) => !deletion);
  const keys = namesOfKeys(live, keysInLedger(world as Partial<World>));
  const passwords = new Map(
    live.map((secret) => [content(secret, 'AWSCURRENT')?.consolePassword, secret.name]),
  );
  return {
    users: Object.values(world.users).map((user) => ({
      ...settled(user),
      accessKeys: user.accessKeys
        .map(({ id, active }) => `${keys[id] ?? 'a key in no secret'} ${active}`)
        .filter((key) => otherKeys || !key.startsWith('the other key'))
        .sort(),
      loginProfile: user.loginProfile && {
        password: passwords.has(user.loginProfile.password)
          ? `that of ${passwords.get(user.loginProfile.password)}`
          : 'one in no secret',
        resetRequired: user.loginProfile.resetRequired,
      },
      attached: user.attached.toSorted(),
    })),
    roles: Object.values(world.roles).map((role) => ({
      ...settled(role),
      attached: role.attached.toSorted(),
    })),
    policies: Object.values(world.policies).map((policy) => {
      const { versions, defaultVersionId, nextVersion: _, ...rest } = settled(policy);
      return { ...rest, document: versions.find(({ id }) => id === defaultVersionId)?.document };
    }),
    instanceProfiles: Object.values(world.instanceProfiles).map(settled),
    secrets: live.map((secret) => {
      const { arn: _, versions: __, leaving: ___, ...rest } = settled(secret);
      const replicas = secret.replicas.map(({ readyAt: _, ...replica }) => replica);
      return { ...rest, replicas, current: described(content(secret, 'AWSCURRENT'), keys) };
    }),
  };
}

function settled<
  T extends { tags: Record<string, string>; createdAt: number; id?: string; lastUsed?: unknown },
>(entity: T): Omit<T, 'createdAt' | 'id' | 'lastUsed'> {
  const { createdAt: _, id: __, lastUsed: ___, ...rest } = entity;
  return { ...rest, tags: Object.fromEntries(Object.entries(entity.tags).sort()) };
}

function described(current: ReturnType<typeof content>, keys: Keys): object | undefined {
  if (!current) return undefined;
  const { accessKeyId = '', accessSecretKey, consolePassword, previousAccessKeyId: _, ...rest } = current;
  return {
    ...rest,
    accessKeyId: keys[accessKeyId] ?? 'a dead key',
    accessSecretKey: typeof accessSecretKey,
    consolePassword: typeof consolePassword,
  };
}

/**
 * A normal form as text, the same for equal worlds.
 *
 * @param otherKeys whether the key that a rotation replaced counts
 */
export function fingerprint(world: Snapshot | World, otherKeys = true): string {
  const sorted = (_key: string, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  const byName = normalForm(world, otherKeys) as Record<string, { name: string }[]>;
  for (const list of Object.values(byName)) list.sort((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify(byName, sorted, 1);
}

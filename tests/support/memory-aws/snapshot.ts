import { copy } from './copy.ts';
import type { World } from './world.ts';

const PARTS = [
  'users',
  'roles',
  'groups',
  'policies',
  'instanceProfiles',
  'virtualMfaDevices',
  'secrets',
] as const;

/** What exists, and of keys and roles when they were last used. */
export type Snapshot = Pick<World, (typeof PARTS)[number]>;

/** What exists, as it is. */
export const snapshotWithUse = (world: World): Snapshot =>
  copy(Object.fromEntries(PARTS.map((part) => [part, world[part]]))) as Snapshot;

/** What exists, without when a key was last used: asking who one is must not count as a change. */
export function snapshot(world: World): Snapshot {
  const taken = snapshotWithUse(world);
  for (const user of Object.values(taken.users)) {
    for (const key of user.accessKeys) delete key.lastUsed;
  }
  for (const role of Object.values(taken.roles)) delete role.lastUsed;
  return taken;
}

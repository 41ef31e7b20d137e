import { type Snapshot, snapshotWithUse } from './snapshot.ts';
import type { World } from './world.ts';

/** The world as it was right before a change. */
export type Past = { changedAt: number; before: Snapshot };

/** Keeps how things are before a change, for as long as a read may still show it. */
export function remember(world: World): void {
  const { staleReads } = world;
  if (!staleReads) return;
  forgetThePast(world);
  world.past.push({ changedAt: Date.now(), before: snapshotWithUse(world) });
}

/** Lets go of what no read can show any more. */
function forgetThePast(world: World): void {
  const oldest = Date.now() - (world.staleReads?.to ?? 0);
  const kept = world.past.findIndex(({ changedAt }) => changedAt > oldest);
  if (kept !== 0) world.past = kept < 0 ? [] : world.past.slice(kept);
}

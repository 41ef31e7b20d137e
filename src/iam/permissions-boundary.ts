import { absent } from '../aws/clients.ts';
import type { Step } from '../resource/resource.ts';

/** The permissions boundary of the user and the roles. */
export interface Boundary {
  /** ARN; empty: none wanted. */
  desired: string;
  /** ARN that the state before had set; empty: none. Only this one is removed; one that somebody else set stays. */
  before: string;
}

/** What makes an entity's boundary the wanted one. One that is gone when it is to be removed has been removed already. */
export function shapeBoundary(
  { desired, before }: Boundary,
  live: string | undefined,
  change: { put(arn: string): Promise<unknown>; remove(): Promise<unknown> },
): Step[] {
  if (desired) return live === desired ? [] : [() => change.put(desired)];
  return live && live === before ? [() => absent(change.remove())] : [];
}

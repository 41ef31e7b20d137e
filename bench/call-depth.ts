/** A call to AWS, by when it was under way. */
export interface TimedCall {
  action: string;
  /** In milliseconds. */
  startedAt: number;
  endedAt?: number;
}

/**
 * The number of calls in the longest chain of which each started after the one before had ended: how often an operation
 * waits for AWS, whatever a call takes. Calls that are still running count as endless.
 */
export function depthOf(calls: TimedCall[]): number {
  const byStart = [...calls].sort((one, other) => one.startedAt - other.startedAt);
  // Calls that have ended by the time that the loop has come to, in the order of their end, with the depth they reach.
  const pending: { endedAt: number; depth: number }[] = [];
  let reached = 0;
  let deepest = 0;
  for (const { startedAt, endedAt = Number.POSITIVE_INFINITY } of byStart) {
    for (let index = pending.length - 1; index >= 0; index -= 1) {
      const call = pending[index];
      if (call && call.endedAt <= startedAt) {
        reached = Math.max(reached, call.depth);
        pending.splice(index, 1);
      }
    }
    pending.push({ endedAt, depth: reached + 1 });
    deepest = Math.max(deepest, reached + 1);
  }
  return deepest;
}

/** Whether a call leaves everything as it is. */
export function isRead(action: string): boolean {
  return /^(Get|List|Describe|Simulate)/.test(action);
}

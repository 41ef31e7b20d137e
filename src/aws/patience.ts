import { DeadlineError } from '../errors.ts';
import { requestContext } from '../request-context.ts';

/** Full jitter on a doubling base, in milliseconds. */
export function backoff(tries: number): number {
  return 200 + Math.random() * Math.min(4000, 200 * 2 ** tries);
}

/**
 * Waits.
 *
 * @param ms milliseconds
 * @throws the signal's reason, or `DeadlineError`, when the signal is aborted first
 */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const context = requestContext();
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(stopped(signal, context));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Why a request was stopped: the lease was lost, or its time is over. */
export function stopped(signal: AbortSignal, context = requestContext()): Error {
  const { reason } = signal;
  const isLost = reason instanceof Error && reason.name === 'LeaseError';
  return isLost ? reason : new DeadlineError(context?.waitingFor);
}

/**
 * Looks until it is as hoped, or until the time is over; the last look counts.
 *
 * @param patience for how long, and how far apart, in milliseconds
 */
export async function poll<T>(
  look: () => Promise<T>,
  isAsHoped: (seen: T) => boolean,
  { forMs, everyMs }: { forMs: number; everyMs: number },
  signal: AbortSignal,
): Promise<T> {
  const end = Date.now() + forMs;
  for (;;) {
    const seen = await look();
    if (isAsHoped(seen) || Date.now() >= end) return seen;
    await sleep(everyMs, signal);
  }
}

/**
 * Runs steps side by side and waits for all of them, also when one fails, so that nothing is still under way when the
 * request is answered.
 *
 * @throws the first failure
 */
export async function together<T>(steps: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(steps);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}

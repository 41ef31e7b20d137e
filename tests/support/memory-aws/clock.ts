import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { vi } from 'vitest';

/** Takes the clock over: timers fire, and time passes, only in `settle`. */
export function fakeClock(now = Date.UTC(2026, 0, 15, 12)): void {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    now,
  });
  // Middy takes the timer of its deadline from this module and not from the globals: makes both the same, from now on.
  const viaGlobals = {
    setTimeout: (...args: Parameters<typeof setTimeout>) => globalThis.setTimeout(...args),
    clearTimeout: (timer?: NodeJS.Timeout) => globalThis.clearTimeout(timer),
  };
  Object.assign(timers, viaGlobals);
  syncBuiltinESMExports();
}

/** Resolves when so many milliseconds have passed, by the clock that `fakeClock` has taken over. */
export const elapsed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const realImmediate = setImmediate;
/** Resolves when everything has been done that needs no waiting. */
export const turn = () => new Promise<void>((resolve) => realImmediate(resolve));

/** How many timers may fire until a promise is settled. What goes through in an invocation's time needs some hundreds. */
const MOST_TIMERS = 10_000;

/**
 * Lets the clock run until a promise is settled, from timer to timer, each only after everything that can be done
 * without waiting has been done.
 *
 * @throws Error if nothing is left that could ever settle it, or if it goes on and on
 */
export async function settle<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const end = () => {
    settled = true;
  };
  promise.then(end, end);
  for (let fired = 0; fired < MOST_TIMERS; fired += 1) {
    await turn();
    if (settled) return promise;
    if (vi.getTimerCount() === 0)
      throw new Error('Nothing is under way that could go on: it would hang for ever.');
    vi.advanceTimersToNextTimer();
  }
  throw new Error('It goes on and on: it waits for something that never comes.');
}

/** Forgets all timers, as the end of a process does; the time stays what it is, which `clearAllTimers` alone sets back. */
export function dropTimers(): void {
  const now = Date.now();
  vi.clearAllTimers();
  vi.setSystemTime(now);
}

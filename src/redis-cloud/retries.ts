import type { RedisCloud } from './client.ts';
import { isRedisError } from './errors.ts';
import { backoff, CREDENTIALS_MS, LOOK_MS, paced } from './pace.ts';

/** How often what Redis cannot explain, or an answer that was lost, is tried again. */
const AGAIN = 2;
/** How often refused credentials are tried at least, however long other calls took before and in between. */
const CREDENTIALS_TRIES = 6;

/**
 * Decides about the failures of one change: waits if it is worth another try, throws if not.
 * Credentials are refused while AWS spreads them; a cloud account that is not active will be.
 */
export function retries(cloud: RedisCloud): (error: unknown) => Promise<void> {
  let refusedAt: number | undefined;
  const counts: Record<string, number> = {};
  return async (error) => {
    if (!isRedisError(error)) throw error;
    const { kind, lost, message } = error;
    const topic = lost ? 'lost' : kind;
    counts[topic] = (counts[topic] ?? 0) + 1;
    const tries = counts[topic];
    const spreading = kind === 'INVALID_CREDS' || kind === 'PERMISSION_FAILED';
    if (spreading) {
      refusedAt ??= Date.now();
      if (tries < CREDENTIALS_TRIES || Date.now() - refusedAt < paced(CREDENTIALS_MS))
        return cloud.pause(backoff(tries, 5000, 60_000), message);
    }
    if (kind === 'NOT_ACTIVE' || ((kind === 'GENERAL_ERROR' || lost) && tries <= AGAIN))
      return cloud.pause(LOOK_MS, message);
    throw error;
  };
}

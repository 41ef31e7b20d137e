/**
 * How long things take at Redis, in milliseconds. All of it hangs on one factor, which the environment variable
 * `REDIS_CLOUD_PACE` replaces in tests.
 */
export const TRY_MS = 30_000;
/** How long an API that is busy, broken or out of reach is asked again before that is told. */
export const OUTAGE_MS = 300_000;
/** The API reads from a replica: what it does not show after this time is not there. */
export const LAG_MS = 90_000;
/** AWS takes its time to spread new credentials, and Redis tries them from somewhere else. */
export const CREDENTIALS_MS = 240_000;
/** Pause between two looks at a cloud account. */
export const LOOK_MS = 8000;

/** A time at Redis, as long as it is here. */
export const paced = (ms: number): number => ms * Number(process.env.REDIS_CLOUD_PACE ?? 1);

/** The n-th pause of a doubling series, in milliseconds; scattered, so that many bundles do not ask all at once. */
export const backoff = (tries: number, first: number, most: number): number =>
  Math.min(most, first * 2 ** (tries - 1)) * (0.75 + Math.random() / 2);

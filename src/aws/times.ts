/**
 * How the function's time is spent, in milliseconds: every wait and every patience stands here, so that it can be seen
 * that they fit into the time-out of 300 s (900 s with a registration at Redis Cloud).
 */

/** Before the function's time-out nothing is begun any more: CloudFormation must be answered. */
export const RESERVED_FOR_ANSWER_MS = 15_000;

/** A connection, and a single try of a call; a call that hangs is tried again and never holds up the function. */
export const CONNECT_MS = 2_000;
export const CALL_MS = 6_000;

/** An error that passes by itself is waited out. */
export const PASSING_MS = 60_000;

/** A server that fails: the tries of the SDK are over within half a second, and after many failures it makes none. */
export const FAILING_MS = 15_000;

/** What was made a moment ago is unknown to calls that refer to it. */
export const FRESH_MS = 30_000;

/** A denial that may be a matter of seconds is waited out, in all calls of a request together; one that passed does not count. */
export const DENIAL_MS = 20_000;

/**
 * For how long a read may be stale. What contradicts the ledger is read again until they agree or this time is over.
 * AWS names no bound; seconds are what is reported (IAM User Guide, "Changes that I make are not always immediately visible").
 * The environment variable, which the template never sets, is for tests on an AWS whose reads are current.
 */
const STALE_MS = Number(process.env.STALE_READS_SECONDS || 15) * 1000;
export const STALE = { forMs: STALE_MS, everyMs: STALE_MS / 15 };

/** A key that was made a moment ago is tried at STS until it is known everywhere. */
export const PROBE_MS = 60_000;

/** What AWS takes its time for when something is deleted: it goes on saying that something hangs on it. */
export const DETACHED_MS = 45_000;

/** A fresh look is taken when something has changed since the last one; the name of a secret that was deleted at once stays taken. */
export const LOOK_AGAIN = { forMs: 60_000, everyMs: 3_000 };

/** Replicas of a secret become `InSync`. */
export const REPLICA = { forMs: 45_000, everyMs: 2_000 };

import { scrub } from '../log.ts';

/** What a user can do, by the kind of error: Redis's own type without `CLOUD_ACCOUNT_`, or one of the client's. */
const ADVICE: Record<string, string> = {
  UNAUTHORIZED:
    'The API key is wrong, was deleted, or the API is off: check accountKey and userKey in the secret that RedisCloudApiSecretArn names.',
  FORBIDDEN:
    "The user key must be that of an Owner, and its CIDR allow list must have the function's address.",
  PRECONDITION_FAILED:
    'This Redis account probably has no "Bring your own Cloud": ask Redis to switch it on.',
  NAME_EXISTS:
    'The name is taken at Redis Cloud: set another CloudAccountName, or remove the cloud account that has it.',
  ACCESS_KEY_EXISTS:
    'The access key stands in another cloud account, maybe of another Redis account: remove it there, or raise AccessKeySerial.',
  INVALID_CREDS:
    'Redis could not use the credentials at AWS: look for a policy of the organisation that denies the user or its key, then try again.',
  PERMISSION_FAILED:
    'The user may not do all that Redis needs: look for a policy of the organisation or a boundary that takes it away, then try again.',
  USED: 'It is in use: delete its subscriptions at Redis Cloud first.',
  NOT_FOUND: 'It is gone from Redis Cloud, or belongs to another Redis account.',
  OTHER_ACCOUNT: 'Give RedisCloudApiSecretArn a key of that Redis account.',
  ACTIVE_ERROR: 'Look at it in the Redis Cloud console; the next update gives it the credentials again.',
  KEY_NOT_SHOWN: 'Was it changed by hand at the same time? Try again.',
  UNSURE: 'Delete it in the Redis Cloud console if it is, rename it if not, then try again.',
  GENERAL_ERROR: 'Tell the support of Redis the id of the task.',
  TASK_UNKNOWN: 'Try again: what became of it is looked up first.',
  RATE_LIMIT: 'All tools of a Redis account share 400 requests a minute: try again when less is going on.',
  UNREACHABLE:
    "Try again when it can be reached: look at Redis Cloud's status page, and at the function's way to the internet.",
  REDIRECT: 'Redirects are not followed: look for a proxy in between.',
  NOT_JSON: 'It is not from the Redis Cloud API: look for a proxy in between.',
  TIME: 'Nothing is lost: try again, and it goes on where it stopped.',
};

/** What is known of a failure besides its kind. */
export interface Details {
  /** The Redis task that failed. */
  taskId?: string | undefined;
  /** Redis has refused a change for good: it was not made. */
  refused?: boolean;
  /** A change was sent and nobody knows what became of it. */
  lost?: boolean;
  cause?: unknown;
}

/** Redis Cloud refused something, or could not be asked. The message says what to do and has no secret in it. */
export class RedisCloudError extends Error {
  override name = 'RedisCloudError' as const;
  /** `INVALID_CREDS`, `USED`, `UNAUTHORIZED`, `TIME`, … */
  readonly kind: string;
  readonly taskId: string | undefined;
  readonly refused: boolean;
  readonly lost: boolean;

  /** @param what a sentence that says what happened; what to do is added by kind */
  constructor(kind: string, what: string, { taskId, refused = false, lost = false, cause }: Details = {}) {
    super(scrub([what, ADVICE[kind]].filter(Boolean).join(' ')), { cause });
    this.kind = kind;
    this.taskId = taskId;
    this.refused = refused;
    this.lost = lost;
  }
}

/** Whether an error is one of Redis Cloud, of one of these kinds if any are named. */
export function isRedisError(error: unknown, ...kinds: string[]): error is RedisCloudError {
  return error instanceof RedisCloudError && (kinds.length === 0 || kinds.includes(error.kind));
}

/** Resolves to undefined if what was asked for is not there. */
export async function absent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isRedisError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** What Redis says went wrong: a code alone, or an object, at the top or further in; nothing else is believed. */
export function readError(body: unknown): { type?: string; words: string } {
  if (typeof body === 'string' && /^[A-Z][A-Z_]+$/.test(body)) return { type: body, words: body };
  if (typeof body !== 'object' || !body) return { words: '' };
  const { type, status, description, message, error, response } = body as Record<string, unknown>;
  if (typeof type !== 'string' && (error || response)) return readError(error ?? response);
  const words = [type, status, description ?? message].filter((word) =>
    /^(string|number)$/.test(typeof word),
  );
  return {
    ...(typeof type === 'string' && { type }),
    // A secret that was cut through would not be known for one.
    words: scrub(words.join(', ')).replaceAll(/\s+/g, ' ').slice(0, 300),
  };
}

/** Redis's type as the kind of an error. */
export const kindOf = (type: string): string => type.replace(/^CLOUD_ACCOUNT_/, '');

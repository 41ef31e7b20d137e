import type { Registration } from '../redis-cloud/registration.ts';

/**
 * What is known for certain of a bundle, as it stands in the ledger's item: JSON of at most a few kilobytes and never a
 * secret. Each part has one file that reads and writes it.
 */
export interface LedgerState {
  /** Which invocation is at work. See `lease.ts`. */
  lease?: Lease | undefined;
  /** The latest requests, the oldest first. See `history.ts`. */
  history: HistoryEntry[];
  /** Which generation each name belongs to, as `role redislabs-role`. See `owners.ts`. */
  owners: Record<string, Owner>;
  /** What the last successful request carried out. */
  inForce?: InForce | undefined;
  /** What was in force before that: what a roll-back goes back to. */
  before?: InForce | undefined;
  /** Properties of requests that began to change something since and did not end well; null: anything. See `in-force.ts`. */
  underWay: (RawProperties | null)[];
  /** Access keys and console password. See `keys.ts`. */
  keys: Keys;
  /** The cloud account at Redis. */
  registration?: RegistrationState | undefined;
  /** Access is suspended, or was: `standing` in `in-force.ts` tells. See `reconcile/suspension.ts`. */
  suspension?: Suspension | undefined;
}

export interface Suspension {
  user: string;
  /** Name of the console role; absent if there is none. */
  role?: string | undefined;
  /** Ids of the access keys that it has made Inactive, or that its end has made Active again. */
  keys: string[];
  ended?: boolean | undefined;
}

/** Properties as CloudFormation has sent them. */
export type RawProperties = Record<string, unknown>;

/** A request as the ledger knows it. */
export interface Request {
  /** A short name: the same for a second delivery, another one for everything else. */
  key: string;
  /** `Create`, `Update`, `Delete`, `Rotation`, `Check` or `Repair`. */
  kind: string;
  /** When it was sent, as `20260115T120000Z`, if that is known: the `X-Amz-Date` of the response URL. */
  sentAt?: string | undefined;
}

export interface Lease {
  /** The invocation. */
  holder: string;
  /** What it works on. */
  request: Request;
  /** Grows as long as the holder lives. */
  beats: number;
  /** ISO 8601, for messages. */
  since: string;
}

export interface HistoryEntry extends Request {
  /** The physical id that it was about to make. */
  id?: string | undefined;
  /** Absent: the request was seen, and not carried out. */
  outcome?: Outcome | undefined;
  /** The Create that this Delete has cancelled: its physical id, and its key if it was seen before. */
  cancels?: { id: string; key?: string | undefined } | undefined;
}

/** What a request was answered with, as far as its properties do not tell it. */
export interface Outcome {
  id: string;
  /** Attributes that were found out on the way: `SecretArn`, `AccessKeyId`, … */
  found?: Record<string, string> | undefined;
}

export interface Owner {
  /** The physical id. */
  id: string;
  /**
   * `making`: may not exist yet; `adopting`: was somebody else's, and is left alone by a Delete until the request has
   * succeeded; `restoring`: a secret that was scheduled for deletion; `deleting`: a Delete has begun to take it apart;
   * `owned`: the request that made it has succeeded.
   */
  since: 'making' | 'adopting' | 'restoring' | 'deleting' | 'owned';
  /** The tag keys that an adoption has added. */
  added?: string[] | undefined;
}

export interface InForce {
  id: string;
  properties: RawProperties;
  /** The resource of the stack, for who has no event of CloudFormation's: a rotation, a check. */
  stackId: string;
  logicalId: string;
}

export interface Keys {
  /** The access keys that the bundle made and that it has not deleted. */
  made: MadeKey[];
  /** Written before a key is made, ended as soon as its outcome is known. */
  intent?: Intent | undefined;
  /** Ids of keys that were deleted lately: lists may still show them. */
  gone: string[];
  /** Where AWSCURRENT is. */
  current?: StoredVersion | undefined;
  /** A run has begun to move it, and has not told where it is now: no read tells either. */
  isMoving?: boolean | undefined;
  /** How many passwords were made. */
  passwordsMade?: number | undefined;
  /** The console password that the bundle has set. */
  password?: PasswordInForce | undefined;
}

export interface PasswordInForce {
  user: string;
  /** Which version holds it; absent: a run has begun to set it. */
  stored?: StoredVersion | undefined;
  /** The user had one before the bundle took it over. */
  hadOne?: boolean | undefined;
}

/** A version of a secret, by names. */
export interface StoredVersion {
  secret: string;
  version: string;
}

export interface MadeKey {
  id: string;
  serial: number;
  user: string;
  /** ISO 8601. */
  madeAt: string;
  /** What holds it; absent: that secret is gone, or its run could neither store nor delete it. */
  stored?: StoredVersion | undefined;
  /** Made by a step of Secrets Manager's rotation, which has not finished. */
  rotating?: boolean | undefined;
  /** It has been in force: somebody may have been given it. Another one that is not wanted is deleted. */
  served?: boolean | undefined;
}

export interface Intent {
  user: string;
  serial: number;
  /** Ids of the keys that were there before. */
  baseline: string[];
  /** Where the key will be stored: the version id is the token of the call. */
  token: StoredVersion;
  rotating?: boolean | undefined;
}

/** The cloud account at Redis, and the generation that has it. */
export interface RegistrationState {
  /** The physical id. */
  generation: string;
  /** It was somebody else's, and is left alone by a Delete until the request has succeeded. */
  adopting?: boolean | undefined;
  known: Registration;
}

export const emptyState = (): LedgerState => ({
  history: [],
  owners: {},
  underWay: [],
  keys: { made: [], gone: [] },
});

/** Whether nothing of the bundle is left, so that its item may go; what was released at Redis is nothing of it. */
export const isSpent = ({ owners, keys, lease, registration }: LedgerState): boolean =>
  !lease &&
  Object.keys(owners).length === 0 &&
  !keys.intent &&
  (!registration || registration.known.released === true);

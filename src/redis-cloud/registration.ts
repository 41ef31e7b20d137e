import { keepSecret } from '../log.ts';
import { RedisCloudError } from './errors.ts';

/** What goes to Redis, and what version of the password that is. */
export interface CloudAccountFields {
  name: string;
  accessKeyId: string;
  accessSecretKey: string;
  consoleUsername: string;
  consolePassword: string;
  signInLoginUrl: string;
  /** Of `consolePassword`; stays here. */
  passwordVersion?: string | undefined;
  /** Whose key it is; stays here. */
  userArn: string;
}

/** What was sent to Redis; no secret. */
interface Sent {
  name: string;
  keyId: string;
  passwordVersion?: string | undefined;
}

/** What is on its way to Redis. */
interface Intent extends Sent {
  /** When, in ISO 8601. */
  since: string;
  /** Further keys that Redis may have: the fate of earlier intents was not known either. */
  others?: string[];
}

/** The ledger's part on the cloud account. No secret stands in it. */
export interface Registration extends Partial<Sent> {
  cloudAccountId?: number | undefined;
  /** The Redis account that has it. */
  redisAccountId?: number | undefined;
  /** Sent, or about to be, and not known to be in force: it may be what Redis has. */
  intent?: Intent | undefined;
  task?: { id: string; kind: 'create' | 'update' | 'delete' } | undefined;
  /** Left at Redis, and not managed for the time being. */
  released?: boolean | undefined;
}

/** The access keys that Redis has or may have: none of them may be deleted. */
export function keysAtRedis(registration: Registration | undefined): string[] {
  const { keyId, intent } = registration ?? {};
  return [...new Set([keyId, intent?.keyId, ...(intent?.others ?? [])])].filter((id) => id !== undefined);
}

/** The ledger's page on the cloud account. */
export interface Book {
  /** As it is now. */
  readonly now: Registration;
  /** Replaces it; resolves when that lasts. */
  save(registration: Registration | undefined): Promise<void>;
}

/** Changes some of what stands in the ledger. */
export const write = (book: Book, changes: Registration): Promise<void> =>
  book.save({ ...book.now, ...changes });

/** Redis's own cloud account, which every Redis account sees. */
export const REDIS_OWN_ID = 1;

/** The id of the bundle's cloud account. Redis's own is never touched. */
export function idOf({ cloudAccountId }: Registration): number {
  if (!cloudAccountId || cloudAccountId === REDIS_OWN_ID)
    throw new RedisCloudError('NOT_FOUND', 'No cloud account of the bundle is known.');
  return cloudAccountId;
}

/** What is written before these fields are sent. */
export const intentOf = (fields: CloudAccountFields, now: Registration): Intent => ({
  ...sentOf(fields),
  since: new Date().toISOString(),
  others: keysAtRedis(now),
});

export const sentOf = ({ name, accessKeyId, passwordVersion }: CloudAccountFields): Sent => ({
  name,
  keyId: accessKeyId,
  passwordVersion,
});

/** Whether what Redis got is this, field by field. */
export const isSame = (one: Partial<Sent> | undefined, fields: CloudAccountFields): boolean =>
  one?.name === fields.name &&
  one.keyId === fields.accessKeyId &&
  one.passwordVersion === fields.passwordVersion;

/** The body of a PUT; all six fields, as the API asks for them each time. */
export function bodyOf({ passwordVersion, userArn, ...body }: CloudAccountFields): object {
  keepSecret(body.accessSecretKey);
  keepSecret(body.consolePassword);
  return body;
}

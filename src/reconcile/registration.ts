import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Aws } from '../aws/clients.ts';
import { deniedBy, isAbsence, isDenial, isKmsFailure } from '../aws/error-codes.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Consumer } from '../credentials/run.ts';
import { CallError } from '../errors.ts';
import { madeFor } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Keys, LedgerState } from '../ledger/state.ts';
import { parseApiKey } from '../redis-cloud/api-key.ts';
import { connectRedisCloud, type RedisCloud } from '../redis-cloud/client.ts';
import { RedisCloudError } from '../redis-cloud/errors.ts';
import { handOver } from '../redis-cloud/hand-over.ts';
import { register } from '../redis-cloud/register.ts';
import {
  type Book,
  type CloudAccountFields,
  keysAtRedis,
  type Registration,
} from '../redis-cloud/registration.ts';
import { findNameTaken } from '../redis-cloud/whose.ts';
import type { SecretContent } from '../secret/versions.ts';

/**
 * The cloud account at Redis as a resource of the bundle: last to come, first to go. It carries no tags, so whose it is
 * stands in the ledger alone, with the generation that has it.
 */

/** Connects to Redis Cloud with the API key that a secret of any account holds. */
export async function connectTo(aws: Aws, apiSecretArn: string): Promise<RedisCloud> {
  const [, , , region = ''] = apiSecretArn.split(':');
  const { SecretString } = await aws
    .secretsIn(region)(new GetSecretValueCommand({ SecretId: apiSecretArn }))
    .catch((error: unknown) => {
      throw error instanceof CallError ? unreadable(error) : error;
    });
  return connectRedisCloud(parseApiKey(SecretString), aws.signal);
}

/** The secret is none of the bundle's, and may be another account's: what helps there does not help here. */
function unreadable(error: CallError): RedisCloudError {
  const { cause, problem, message } = error;
  const isItsOwners = isAbsence(cause) || isKmsFailure(cause) || (isDenial(cause) && !deniedBy(cause));
  const advice =
    "It must be there, and its own policy and that of its KMS key must let the function's role read it.";
  const words = isItsOwners ? `${problem} ${advice}` : message;
  const what = `The secret that RedisCloudApiSecretArn names cannot be read: ${words}`;
  return new RedisCloudError('API_SECRET', what, { cause: error });
}

/** The cloud account in words. */
export const nameOf = ({ name, intent, cloudAccountId }: Registration) =>
  `The cloud account "${name ?? intent?.name ?? ''}" (id ${cloudAccountId ?? 'not known'})`;

/** What a look at Redis Cloud has shown. */
export interface ObservedRegistration {
  cloud: RedisCloud;
  /** What stands in the way, as sentences for the user. */
  conflicts: string[];
  /** The cloud account that is to be adopted. */
  adopts: Registration | undefined;
}

/** Looks at Redis Cloud, if the bundle is to be registered there; without that nothing is asked. */
export async function observeRegistration(
  aws: Aws,
  bundle: Bundle,
  { registration, keys }: LedgerState,
): Promise<ObservedRegistration | undefined> {
  const { properties, secret, stack, user } = bundle;
  if (!properties.RedisCloudApiSecretArn) return undefined;
  const cloud = await connectTo(aws, properties.RedisCloudApiSecretArn);
  const known = registration?.known;
  const taken = await findNameTaken(cloud, secret.fixed.name, known, {
    accountId: stack.accountId,
    userArn: user.arn,
    keyIds: madeFor(keys, user.name).map(({ id }) => id),
  });
  const adopt = properties.ExistingEntities === 'Adopt';
  if (adopt && taken?.isAdoptable && known?.cloudAccountId === undefined) {
    const { id, name } = taken.account;
    return { cloud, conflicts: [], adopts: { cloudAccountId: id, name } };
  }
  return { cloud, conflicts: taken ? [taken.conflict] : [], adopts: undefined };
}

/** Notes that this generation has the cloud account from now on, and one that is about to be adopted. */
export function takeRegistration(
  state: LedgerState,
  generation: string,
  observed: ObservedRegistration | undefined,
): void {
  const { registration } = state;
  if (registration) state.registration = { ...registration, generation };
  else if (observed?.adopts) state.registration = { generation, known: observed.adopts, adopting: true };
}

/** What goes to Redis: the fields of the secret, and which password that is. */
function fieldsOf(content: SecretContent, { user }: Bundle, { passwordsMade = 0 }: Keys): CloudAccountFields {
  const {
    name = '',
    accessKeyId = '',
    accessSecretKey = '',
    consoleUsername = '',
    consolePassword = '',
    signInLoginUrl = '',
  } = content;
  const body = { name, accessKeyId, accessSecretKey, consoleUsername, consolePassword, signInLoginUrl };
  return { ...body, passwordVersion: `${content.passwordSerial}.${passwordsMade}`, userArn: user.arn };
}

/** What is known of the cloud account, in the ledger; what is written there is this generation's. */
export const bookOf = (ledger: Ledger, generation: string): Book => ({
  get now() {
    return ledger.state.registration?.known ?? {};
  },
  save: (known) =>
    ledger.write((state) => {
      state.registration = known && { ...state.registration, generation, known };
    }),
});

/** Redis as who works with the credentials. */
export function redisAsConsumer(
  ledger: Ledger,
  bundle: Bundle,
  observed: ObservedRegistration | undefined,
): Consumer {
  const book = bookOf(ledger, bundle.id);
  return {
    // What is released is managed by nobody, and still works at Redis.
    keys: () => keysAtRedis(book.now),
    async handOver(content) {
      if (!observed || !book.now.cloudAccountId) return;
      await handOver(observed.cloud, fieldsOf(content, bundle, ledger.state.keys), book);
    },
  };
}

/**
 * Registers the bundle with its current credentials, or brings the cloud account into line with them. Without the
 * property it is left at Redis and managed no more.
 *
 * @returns warnings, as sentences for the user
 */
export async function applyRegistration(
  ledger: Ledger,
  bundle: Bundle,
  content: SecretContent,
  observed: ObservedRegistration | undefined,
): Promise<string[]> {
  const { registration, keys } = ledger.state;
  if (observed) {
    await register(observed.cloud, fieldsOf(content, bundle, keys), bookOf(ledger, bundle.id));
    return [];
  }
  if (!registration || registration.known.released) return [];
  const { known } = registration;
  ledger.note((state) => {
    state.registration = { ...registration, known: { ...known, released: true } };
  });
  return [
    `${nameOf(known)} was left at Redis Cloud and is not managed any more. ` +
      'Give the property RedisCloudApiSecretArn again to take it back.',
  ];
}

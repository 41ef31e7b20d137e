import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Aws, REQUEST_HANDLER } from '../aws/clients.ts';
import { absent, codeOf } from '../aws/error-codes.ts';
import { listOf } from '../aws/paging.ts';
import { backoff, sleep, stopped } from '../aws/patience.ts';
import { PROBE_MS } from '../aws/times.ts';
import { CallError, PreconditionError } from '../errors.ts';
import { keepSecret, log } from '../log.ts';

export interface AccessKey {
  id: string;
  active: boolean;
  createDate: Date;
}

export interface NewAccessKey {
  id: string;
  secret: string;
}

/** All access keys of a user; none if there is no such user. */
export function listAccessKeys(aws: Aws, UserName: string): Promise<AccessKey[]> {
  return listOf(
    (Marker) => aws.iam(new ListAccessKeysCommand({ UserName, Marker })),
    (page) =>
      page.AccessKeyMetadata?.map(({ AccessKeyId = '', Status, CreateDate }) => ({
        id: AccessKeyId,
        active: Status === 'Active',
        createDate: CreateDate ?? new Date(0),
      })),
  );
}

/** Makes an access key. An error whose call may have been applied is thrown as it is: the caller looks for the key. */
export async function createAccessKey(aws: Aws, UserName: string): Promise<NewAccessKey> {
  const { AccessKey: key } = await aws.iamOnce(new CreateAccessKeyCommand({ UserName }), { fresh: true });
  const made = { id: key?.AccessKeyId ?? '', secret: key?.SecretAccessKey ?? '' };
  keepSecret(made.secret);
  return made;
}

export async function deleteAccessKey(aws: Aws, UserName: string, AccessKeyId: string): Promise<void> {
  await absent(aws.iam(new DeleteAccessKeyCommand({ UserName, AccessKeyId })));
}

/** Makes an access key Inactive, or Active again; one that is gone is as good. */
export async function setKeyStatus(
  aws: Aws,
  UserName: string,
  AccessKeyId: string,
  Status: 'Active' | 'Inactive',
): Promise<void> {
  await absent(aws.iam(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status })));
}

/** In milliseconds: what was used within a day is in somebody's hands. */
export const IN_USE_MS = 86_400_000;

/** When, where and for which service a key was last used; undefined if never, or by the bundle's own probe, which calls STS. */
export async function lastUse(
  aws: Aws,
  AccessKeyId: string,
): Promise<{ date: Date; service: string; region: string } | undefined> {
  const answer = await absent(aws.iam(new GetAccessKeyLastUsedCommand({ AccessKeyId })));
  const { LastUsedDate, ServiceName = '', Region = '' } = answer?.AccessKeyLastUsed ?? {};
  return LastUsedDate && ServiceName !== 'sts'
    ? { date: LastUsedDate, service: ServiceName, region: Region }
    : undefined;
}

/** The last use of a key, if that was within a day. */
export async function recentUse(aws: Aws, accessKeyId: string): ReturnType<typeof lastUse> {
  const use = await lastUse(aws, accessKeyId);
  return use && Date.now() - use.date.getTime() < IN_USE_MS ? use : undefined;
}

/** How often in a row a new key must be known before it is believed: IAM's servers learn of it one by one. */
const PROBES_IN_A_ROW = 3;
/** What STS says while it does not know a key yet. */
const NOT_YET = [
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'AuthFailure',
  'UnrecognizedClient',
];

/**
 * Calls STS with a key until it was known three times in a row. A denial proves the key as well.
 *
 * @param userArn whose it must be, if that is known
 * @throws PreconditionError if the key is somebody else's
 * @throws CallError if it is not known after a minute
 */
export async function probeAccessKey(
  aws: Aws,
  key: NewAccessKey,
  userArn: string | undefined,
): Promise<void> {
  const sts = new STSClient({
    credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
    maxAttempts: 1,
    requestHandler: REQUEST_HANDLER,
  });
  try {
    await askInARow(aws, sts, key, userArn);
  } finally {
    // It holds the secret of the key, and is held by its open connection.
    sts.destroy();
  }
}

async function askInARow(
  aws: Aws,
  sts: STSClient,
  key: NewAccessKey,
  userArn: string | undefined,
): Promise<void> {
  const started = Date.now();
  let inARow = 0;
  for (let tries = 1; inARow < PROBES_IN_A_ROW; tries += 1) {
    if (aws.signal.aborted) throw stopped(aws.signal);
    try {
      const { Arn } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal: aws.signal });
      if (userArn && Arn !== userArn)
        throw new PreconditionError([
          `The new access key ${key.id} belongs to ${Arn} and not to ${userArn}. Try again.`,
        ]);
      inARow += 1;
    } catch (error) {
      const cause = error as Error;
      const known = codeOf(error) === 'AccessDenied';
      inARow = known ? inARow + 1 : 0;
      if (known) continue;
      if (error instanceof PreconditionError) throw error;
      // A key that nobody looks for any more is not one that AWS does not know: the wait below says why.
      if (Date.now() - started > PROBE_MS && !aws.signal.aborted) {
        const advice = NOT_YET.includes(codeOf(error))
          ? 'AWS does not know the new access key yet: try again.'
          : '';
        throw new CallError('GetCallerIdentity', key.id, advice, cause);
      }
      await sleep(Math.min(2000, backoff(tries)), aws.signal);
    }
  }
  log({ action: 'GetCallerIdentity', subject: key.id, ms: Date.now() - started, outcome: 'usable' });
}

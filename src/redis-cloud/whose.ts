import { type CloudAccount, showsKey } from './cloud-account.ts';

/** Who the bundle is at AWS, for telling whose a cloud account is. */
export interface Identity {
  /** Of the bundle's user; empty if it is not known. */
  userArn: string;
  /** The access keys that the bundle has or had. */
  keyIds: string[];
}

/** Whether something that the API shows names an AWS account: its user, its sign-in address, or a key of ours. */
export function isOfAwsAccount(account: CloudAccount, accountId: string, keyIds: string[]): boolean {
  const { awsUserArn, signInLoginUrl, accessKeyId } = account;
  if (awsUserArn) return awsUserArn.split(':')[4] === accountId;
  const [, urlAccount] = /^https:\/\/(\d{12})\./.exec(signInLoginUrl ?? '') ?? [];
  if (urlAccount) return urlAccount === accountId;
  return keyIds.some((id) => showsKey(accessKeyId, id));
}

/**
 * Whether a cloud account was made of the bundle's own user and key.
 *
 * @returns undefined if what is shown does not say
 */
export function isOurs({ awsUserArn, accessKeyId }: CloudAccount, identity: Identity): boolean | undefined {
  const { userArn, keyIds } = identity;
  const fits = keyIds.map((id) => showsKey(accessKeyId, id));
  if (fits.includes(true)) return true;
  if (awsUserArn && userArn) return awsUserArn === userArn;
  return fits.includes(undefined) ? undefined : false;
}

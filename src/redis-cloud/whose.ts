import { type CloudAccount, showsKey } from './cloud-account.ts';
import type { CloudAccountFields } from './registration.ts';

/** Who the bundle is at AWS, for telling whose a cloud account is. */
export interface Identity {
  /** The AWS account. */
  accountId: string;
  userArn: string;
  /** The access keys that the bundle has or had. */
  keyIds: string[];
}

/** Whether something that the API shows names this AWS account: its user, its sign-in address, or the key. */
export function isOfAwsAccount(account: CloudAccount, { accountId, keyIds }: Identity): boolean {
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
export function isOurs(account: CloudAccount, identity: Identity): boolean | undefined {
  const { awsUserArn, accessKeyId } = account;
  const fits = identity.keyIds.map((id) => showsKey(accessKeyId, id));
  if (fits.includes(true)) return true;
  if (awsUserArn) return awsUserArn === identity.userArn;
  return fits.includes(undefined) ? undefined : false;
}

/** The identity in what goes to Redis. */
export function identityOf(fields: CloudAccountFields, keyIds: (string | undefined)[]): Identity {
  const [, accountId = ''] = /^https:\/\/(\d+)\./.exec(fields.signInLoginUrl) ?? [];
  const partition = /\.amazonaws-us-gov\./.test(fields.signInLoginUrl)
    ? 'aws-us-gov'
    : fields.signInLoginUrl.includes('.amazonaws.cn')
      ? 'aws-cn'
      : 'aws';
  return {
    accountId,
    userArn: `arn:${partition}:iam::${accountId}:user/${fields.consoleUsername}`,
    keyIds: [fields.accessKeyId, ...keyIds].filter((id) => id !== undefined),
  };
}

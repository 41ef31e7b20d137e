/** Sample events, as EventBridge has them from CloudTrail. Their form follows the examples in AWS's documents. */

type Fields = Record<string, unknown>;
export interface TrailEvent extends Fields {
  detail: Fields & { userIdentity: Fields };
}

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/redis-access-BundleFunctionRole-1ABCDEFGHIJKL`;
export const FUNCTION_NAME = 'redis-access-BundleFunction-1ABC';

const user = (userName: string) => ({
  type: 'IAMUser',
  arn: `arn:aws:iam::${ACCOUNT}:user/${userName}`,
  accountId: ACCOUNT,
  userName,
});
/** A session of a role; Lambda calls it by the name of the function. */
const session = (arn: string, name = 'session') => ({
  type: 'AssumedRole',
  arn: `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${name}`,
  accountId: ACCOUNT,
  sessionContext: { sessionIssuer: { type: 'Role', arn, userName: arn.split('/')[1] } },
});
const administrator = session(`arn:aws:iam::${ACCOUNT}:role/administrator`);

/** Who calls. */
export const WHO = {
  redis: user('redislabs-user'),
  person: user('eve'),
  administrator,
  root: { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
  theFunction: session(ROLE, FUNCTION_NAME),
  /** Somebody has given the role of the function to a function of his own. */
  itsRoleElsewhere: session(ROLE, 'eves-function'),
  consoleRole: session(`arn:aws:iam::${ACCOUNT}:role/redislabs-role`, 'operator'),
  otherAccount: { type: 'AWSAccount', principalId: 'AIDAEXAMPLE', accountId: '210987654321' },
  cloudFormation: { ...administrator, invokedBy: 'cloudformation.amazonaws.com' },
  secretsManager: { type: 'AWSService', invokedBy: 'secretsmanager.amazonaws.com' },
  eventBridge: { type: 'AWSService', invokedBy: 'events.amazonaws.com' },
} satisfies Record<string, Fields>;

export function call(
  service: string,
  eventName: string,
  userIdentity: Fields,
  requestParameters: Fields | null,
  sourceIPAddress = '192.0.2.44',
): TrailEvent {
  return {
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    detail: {
      eventTime: new Date().toISOString().replace(/\.\d+/, ''),
      eventSource: `${service}.amazonaws.com`,
      eventName,
      readOnly: /^(AssumeRole|Batch|Describe|Get|List)/.test(eventName),
      userIdentity,
      requestParameters,
      sourceIPAddress,
    },
  };
}

export function signIn(userName: string): TrailEvent {
  const event = call('signin', 'ConsoleLogin', { type: 'IAMUser', userName }, null);
  Object.assign(event.detail, { responseElements: { ConsoleLogin: 'Success' } });
  return { ...event, 'detail-type': 'AWS Console Sign In via CloudTrail' };
}

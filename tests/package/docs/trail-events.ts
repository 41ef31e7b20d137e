/** Sample events, as EventBridge has them from CloudTrail. Their form follows the examples in AWS's documents. */

type Fields = Record<string, unknown>;

const ACCOUNT = '123456789012';
const ISSUER = `arn:aws:iam::${ACCOUNT}:role/redis-access-BundleFunctionRole-1ABCDEFGHIJKL`;

const session = (arn: string) => ({
  type: 'AssumedRole',
  arn: `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/session`,
  sessionContext: { sessionIssuer: { type: 'Role', arn, userName: arn.split('/')[1] } },
});

/** Who calls. */
export const WHO = {
  redis: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/redislabs-user`, userName: 'redislabs-user' },
  person: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/eve`, userName: 'eve' },
  administrator: session(`arn:aws:iam::${ACCOUNT}:role/administrator`),
  root: { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root` },
  theFunction: session(ISSUER),
  cloudFormation: {
    ...session(`arn:aws:iam::${ACCOUNT}:role/administrator`),
    invokedBy: 'cloudformation.amazonaws.com',
  },
  eventBridge: { type: 'AWSService', invokedBy: 'events.amazonaws.com' },
} satisfies Record<string, Fields>;

export function call(
  service: string,
  eventName: string,
  userIdentity: Fields,
  requestParameters: Fields | null,
  sourceIPAddress = '192.0.2.44',
): Fields {
  return {
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    detail: {
      eventSource: `${service}.amazonaws.com`,
      eventName,
      userIdentity,
      requestParameters,
      sourceIPAddress,
    },
  };
}

export const signIn = (userName: string): Fields => ({
  'detail-type': 'AWS Console Sign In via CloudTrail',
  source: 'aws.signin',
  detail: { eventName: 'ConsoleLogin', userIdentity: { type: 'IAMUser', userName }, requestParameters: null },
});

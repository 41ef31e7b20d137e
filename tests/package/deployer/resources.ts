import { accountId } from '../../permissions/role.ts';

/** Where an action of a handler is asked about nothing in particular. */
const accountWide = ['logs:DescribeIndexPolicies', 'logs:DescribeLogGroups', 'logs:DescribeResourcePolicies'];

/** The ARNs of what a stack of that name has, with the ids that CloudFormation makes up for what the template does not name. */
export function resourcesOf(stack: string, partition = 'aws') {
  const prefix = (service: string, region = 'us-east-1') =>
    `arn:${partition}:${service}:${region}:${accountId}`;
  return {
    stack: `${prefix('cloudformation')}:stack/${stack}/4f6a1b20-0c3d-11f1-9a5e-0affd5d7e3c1`,
    lambda: `${prefix('lambda')}:function:${stack}-BundleFunction-x1Y2z3A4b5C6`,
    iam: `${prefix('iam', '')}:role/${stack}-BundleFunctionRole-x1Y2z3A4b5C6`,
    logs: `${prefix('logs')}:log-group:/aws/lambda/${stack}-BundleFunction-x1Y2z3A4b5C6`,
    dynamodb: `${prefix('dynamodb')}:table/${stack}-Ledger-X1Y2Z3A4B5C6D`,
    events: `${prefix('events')}:rule/${stack}-DailyCheckRule-x1Y2z3A4b5C6`,
    cloudwatch: `${prefix('cloudwatch')}:alarm:${stack}-DriftAlarm-x1Y2z3A4b5C6`,
    s3: `arn:${partition}:s3:::awsserverlessrepo-changesets-1abc2def/${accountId}/code`,
  };
}

/** The resource that a handler's action is asked about. @throws Error for an action of a service that the stack has nothing of */
export function resourceOf(action: string, own: ReturnType<typeof resourcesOf>): string {
  if (accountWide.includes(action)) return '*';
  const [service = ''] = action.split(':');
  if (!(service in own)) throw new Error(`The stack has nothing that ${action} could be about.`);
  return own[service as keyof typeof own];
}

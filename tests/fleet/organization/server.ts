import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Input, Refusal, readForm, toXml } from './query.ts';
import { listOf, stackSetActions } from './stack-sets.ts';
import type { Organization } from './state.ts';

export interface Served {
  organization: Organization;
  /** What points a process at it. */
  env: Record<string, string>;
  close: () => Promise<void>;
}

/**
 * What the local AWS lacks: StackSets whose operations take their time and fail, accounts that nobody may read, and a
 * thousand of them. CloudFormation, STS, IAM and CloudWatch over HTTP, as far as the fleet's commands ask them.
 */
export async function serve(organization: Organization): Promise<Served> {
  let underWay = 0;
  const server = createServer(async (request, response) => {
    underWay += 1;
    organization.mostAtOnce = Math.max(organization.mostAtOnce, underWay);
    const { status, type, body } = await answer(organization, request);
    // As long as a request is under way, others can be seen beside it.
    await new Promise((resolve) => setTimeout(resolve, 2));
    underWay -= 1;
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    organization,
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: organization.management,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'us-east-1',
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(organization: Organization, request: IncomingMessage) {
  let text = '';
  for await (const chunk of request) text += chunk;
  const [, account = ''] = /Credential=(?:ASIA)?(\d{12})\//.exec(request.headers.authorization ?? '') ?? [];
  const target = request.headers['x-amz-target'];
  try {
    if (target) {
      const input = JSON.parse(text);
      organization.calls.push({ action: 'GetMetricData', account, input });
      return {
        status: 200,
        type: 'application/x-amz-json-1.0',
        body: JSON.stringify(metrics(organization, account, input)),
      };
    }
    const { Action = '', Version: _, ...input } = readForm(text);
    organization.calls.push({ action: String(Action), account, input });
    const result = call(organization, String(Action), account, input);
    const body = `<${Action}Response><${Action}Result>${toXml(result)}</${Action}Result></${Action}Response>`;
    return { status: 200, type: 'text/xml', body };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const body = `<ErrorResponse><Error>${toXml({ Type: 'Sender', Code: error.code, Message: error.message })}</Error></ErrorResponse>`;
    return { status: error.status, type: 'text/xml', body };
  }
}

function call(organization: Organization, action: string, account: string, input: Input): object {
  const stackSetAction = stackSetActions[action];
  if (stackSetAction) {
    const callAs = input.CallAs ?? 'SELF';
    if (input.StackSetName !== organization.stackSet || callAs !== organization.callAs)
      throw new Refusal('StackSetNotFoundException', `StackSet ${input.StackSetName} not found`, 404);
    return stackSetAction(organization, input);
  }
  if (action === 'GetCallerIdentity')
    return { Account: account, UserId: 'AIDA', Arn: `arn:aws:iam::${account}:user/admin` };
  if (action === 'AssumeRole') return assumeRole(organization, String(input.RoleArn));
  const there = organization.accounts.get(account);
  if (action === 'DescribeStacks') {
    if (!there || ![there.stackId, 'rv-access-bundle'].includes(String(input.StackName)))
      throw new Refusal('ValidationError', `Stack with id ${input.StackName} does not exist`);
    const Outputs = Object.entries(there.outputs).map(([OutputKey, OutputValue]) => ({
      OutputKey,
      OutputValue,
    }));
    const { stackId: StackId, stackStatus: StackStatus, inForce } = there;
    const StackName = StackId.split('/')[1];
    const CreationTime = '2026-01-01T00:00:00Z';
    return {
      Stacks: [{ StackId, StackName, StackStatus, CreationTime, Parameters: listOf(inForce), Outputs }],
    };
  }
  if (action === 'GetAccessKeyLastUsed')
    return { AccessKeyLastUsed: { LastUsedDate: there?.lastUsed, ServiceName: 'ec2', Region: 'us-east-1' } };
  throw new Refusal('InvalidAction', `The organisation of the tests does not know ${action}`);
}

function assumeRole({ accounts }: Organization, arn: string): object {
  const [, , , , id = '', role = ''] = arn.split(':');
  const account = accounts.get(id);
  if (!account || account.denied || role !== 'role/Auditor')
    throw new Refusal(
      'AccessDenied',
      `User: admin is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      403,
    );
  const Credentials = {
    AccessKeyId: `ASIA${id}`,
    SecretAccessKey: 'x',
    SessionToken: 'y',
    Expiration: '2030-01-01T00:00:00Z',
  };
  return { Credentials };
}

interface MetricInput {
  MetricDataQueries: {
    Id: string;
    MetricStat: { Metric: { MetricName: string; Dimensions: { Value: string }[] } };
  }[];
}

function metrics({ accounts }: Organization, id: string, { MetricDataQueries }: MetricInput): object {
  const account = accounts.get(id);
  const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat }) => {
    const { MetricName, Dimensions } = MetricStat.Metric;
    const value = account?.stackId.includes(`/${Dimensions[0]?.Value}/`)
      ? account.metrics[MetricName]
      : undefined;
    const values = value === undefined ? [] : [value];
    return {
      Id,
      Label: MetricName,
      StatusCode: 'Complete',
      Values: values,
      Timestamps: values.map(() => Date.now() / 1000),
    };
  });
  return { MetricDataResults };
}

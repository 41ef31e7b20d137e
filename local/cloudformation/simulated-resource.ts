import { randomBytes } from 'node:crypto';
import { partitionOf } from './partition.ts';
import type { Stack, StackResource } from './stack.ts';
import type { JsonObject } from './template.ts';

/** Property that names a resource, for types that can be named in the template. */
const nameProperties: Record<string, string> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

const arnOf: Record<string, (name: string, prefix: (service: string, global?: boolean) => string) => string> =
  {
    'AWS::CloudWatch::Alarm': (name, prefix) => `${prefix('cloudwatch')}:alarm:${name}`,
    'AWS::DynamoDB::Table': (name, prefix) => `${prefix('dynamodb')}:table/${name}`,
    'AWS::Events::Rule': (name, prefix) => `${prefix('events')}:rule/${name}`,
    'AWS::IAM::Role': (name, prefix) => `${prefix('iam', true)}:role/${name}`,
    'AWS::Lambda::Function': (name, prefix) => `${prefix('lambda')}:function:${name}`,
    'AWS::Logs::LogGroup': (name, prefix) => `${prefix('logs')}:log-group:${name}:*`,
  };

/** A resource that exists in name only: CloudFormation's physical id for it, and its ARN. */
export function simulateResource(
  stack: Stack,
  logicalId: string,
  type: string,
  properties: JsonObject,
  existing?: StackResource,
): StackResource {
  const [, , , region = '', accountId = ''] = stack.id.split(':');
  const name = properties[nameProperties[type] ?? ''];
  const physicalId =
    typeof name === 'string'
      ? name
      : (existing?.physicalId ?? inventedId(stack.name, logicalId).slice(0, 64));
  const prefix = (service: string, global = false): string =>
    `arn:${partitionOf(region).partition}:${service}:${global ? '' : region}:${accountId}`;
  const arn = arnOf[type]?.(physicalId, prefix);
  return { logicalId, type, physicalId, properties, attributes: arn === undefined ? {} : { Arn: arn } };
}

/** The kind of id that CloudFormation makes up when a resource has not given one: `stack-logicalId-SUFFIX`. */
export function inventedId(stackName: string, logicalId: string): string {
  const suffix = randomBytes(8).toString('hex').toUpperCase().slice(0, 12);
  return `${stackName}-${logicalId}-${suffix}`;
}

import type { AddRole } from '../aws/roles.ts';
import type { FunctionPolicyStatement } from '../lambda/endpoint.ts';
import { createFunction, type LambdaConfiguration, type LambdaFunction } from '../lambda/function.ts';
import type { Stack, StackResource } from './stack.ts';
import type { JsonObject } from './template.ts';

/** The functions of all stacks of an account and Region. */
export interface Functions {
  /** What a service token points at. */
  byArn: Map<string, LambdaFunction>;
  /** Functions that are deleted, but may still be running. */
  removed: LambdaFunction[];
  /** By ARN: who may invoke a function, besides the account itself. */
  policies: Map<string, FunctionPolicyStatement[]>;
  /** By ARN of a role: the access key id that functions with that role call with. */
  roleKeys: Map<string, string>;
}

export interface FunctionDefaults {
  /** Path of the built function, for templates whose code is a file. */
  functionPath: string;
  /** Variables that Lambda or this machine adds to those of the template: endpoint, credentials, Region. */
  environment: Record<string, string>;
}

/** Makes the Lambda function that a stack's template describes, or gives an existing one its new configuration. */
export function deployFunction(
  functions: Functions,
  stack: Stack,
  resource: StackResource,
  defaults: FunctionDefaults,
): void {
  const configuration = configurationOf(functions, stack, resource, defaults);
  const existing = functions.byArn.get(configuration.arn);
  if (existing) {
    existing.configure(configuration);
  } else {
    functions.byArn.set(configuration.arn, createFunction(configuration));
  }
}

export function removeFunction(functions: Functions, resource: StackResource): void {
  const arn = resource.attributes.Arn ?? '';
  const target = functions.byArn.get(arn);
  if (target) {
    target.remove();
    functions.byArn.delete(arn);
    functions.policies.delete(arn);
    functions.removed.push(target);
  }
}

function configurationOf(
  functions: Functions,
  stack: Stack,
  resource: StackResource,
  defaults: FunctionDefaults,
): LambdaConfiguration {
  const { properties } = resource;
  const variables = ((properties.Environment ?? {}) as JsonObject).Variables as
    | Record<string, string>
    | undefined;
  const roleKey = functions.roleKeys.get(String(properties.Role));
  const inline = ((properties.Code ?? {}) as JsonObject).ZipFile;
  return {
    arn: resource.attributes.Arn ?? '',
    name: resource.physicalId,
    code: typeof inline === 'string' ? { inline } : { file: defaults.functionPath },
    handler: String(properties.Handler ?? 'index.handler'),
    timeoutMs: Number(properties.Timeout ?? 3) * 1000,
    memoryMb: Number(properties.MemorySize ?? 128),
    environment: {
      ...defaults.environment,
      ...variables,
      ...(roleKey === undefined ? {} : { AWS_ACCESS_KEY_ID: roleKey }),
    },
    maximumRetries: retriesOf(stack, resource.logicalId),
  };
}

/** How often Lambda runs a failed event again: twice, unless the template says otherwise for this function. */
function retriesOf(stack: Stack, functionId: string): number {
  const configs = Object.values(stack.template.Resources).filter(
    ({ Type }) => Type === 'AWS::Lambda::EventInvokeConfig',
  );
  const config = configs.find(
    ({ Properties }) => JSON.stringify(Properties?.FunctionName) === `{"Ref":"${functionId}"}`,
  );
  return Number(config?.Properties?.MaximumRetryAttempts ?? 2);
}

/** Tells the local AWS what a role of a stack may do: functions call as it, and it decides about each call. */
export async function putRole(
  functions: Functions,
  addRole: AddRole,
  resource: StackResource,
): Promise<void> {
  const arn = resource.attributes.Arn ?? '';
  const inline = (resource.properties.Policies ?? []) as { PolicyDocument: JsonObject }[];
  const key = await addRole?.({ arn, policies: inline.map(({ PolicyDocument }) => PolicyDocument) });
  if (key !== undefined) functions.roleKeys.set(arn, key);
}

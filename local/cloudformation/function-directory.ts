import type { FunctionDirectory, FunctionPolicyStatement } from '../lambda/endpoint.ts';
import type { Attempt, LambdaFunction } from '../lambda/function.ts';
import type { RunOptions, Services } from './operation.ts';
import type { StackResource } from './stack.ts';
import type { Functions } from './stack-functions.ts';

/** An event that came to a function from elsewhere than CloudFormation: a schedule, Secrets Manager, a person. */
export interface Invocation {
  functionArn: string;
  event: unknown;
  /** The runs of the function for this event; complete when the function has ended. */
  attempts: Attempt[];
}

/** The functions of an account and Region as others than CloudFormation find and invoke them. */
export function functionDirectory(
  services: Pick<Services, 'functions' | 'running' | 'invocations'>,
  options: RunOptions,
): FunctionDirectory {
  const { functions } = services;
  return {
    find: (nameOrArn) => functionOf(functions, nameOrArn)?.target,
    policy: (nameOrArn) => functions.policies.get(functionOf(functions, nameOrArn)?.arn ?? '') ?? [],
    invoke: async (nameOrArn, event, kind) => {
      const found = functionOf(functions, nameOrArn);
      if (!found) {
        throw new Error(`Function not found: ${nameOrArn}`);
      }
      const invocation: Invocation = { functionArn: found.arn, event, attempts: [] };
      services.invocations.push(invocation);
      const { functionTimeoutMs, retryDelaysMs, onAttempt } = options;
      const run = found.target.invoke(event, {
        ...(functionTimeoutMs === undefined ? {} : { timeoutMs: functionTimeoutMs }),
        ...(kind === 'once' ? { retryDelaysMs: [] } : retryDelaysMs === undefined ? {} : { retryDelaysMs }),
        ...(onAttempt === undefined ? {} : { onAttempt }),
      });
      const ended = run.then((attempts) => {
        invocation.attempts = attempts;
      });
      services.running.add(ended);
      await ended;
      services.running.delete(ended);
      return invocation.attempts;
    },
  };
}

function functionOf(
  functions: Functions,
  nameOrArn: string,
): { arn: string; target: LambdaFunction } | undefined {
  for (const [arn, target] of functions.byArn) {
    if (arn === nameOrArn || arn.endsWith(`:function:${nameOrArn}`)) {
      return { arn, target };
    }
  }
  return undefined;
}

/** Puts a statement into a function's policy, as `AWS::Lambda::Permission` does. */
export function grantPermission(functions: Functions, resource: StackResource): void {
  const { properties } = resource;
  const named = String(properties.FunctionName);
  const arn = functionOf(functions, named)?.arn;
  if (arn === undefined) {
    throw new Error(`Function not found: ${named} (Service: Lambda, Status Code: 404)`);
  }
  revokePermission(functions, resource);
  functions.policies.set(arn, [...(functions.policies.get(arn) ?? []), statementOf(resource, arn)]);
}

export function revokePermission(functions: Functions, { physicalId }: StackResource): void {
  for (const [arn, statements] of functions.policies) {
    functions.policies.set(
      arn,
      statements.filter(({ Sid }) => Sid !== physicalId),
    );
  }
}

function statementOf({ physicalId, properties }: StackResource, arn: string): FunctionPolicyStatement {
  const principal = String(properties.Principal);
  const { SourceAccount, SourceArn } = properties;
  const Condition = {
    ...(SourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': String(SourceAccount) } }),
    ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': String(SourceArn) } }),
  };
  return {
    Sid: physicalId,
    Effect: 'Allow',
    Principal: principal.includes('.') ? { Service: principal } : { AWS: principal },
    Action: String(properties.Action),
    Resource: arn,
    ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
  };
}

import { randomUUID } from 'node:crypto';
import type { FunctionDirectory, FunctionPolicyStatement } from '../lambda/endpoint.ts';
import type { Attempt } from '../lambda/function.ts';
import type { StackResource } from './stack.ts';
import type { Json, JsonObject } from './template.ts';

/** What a rule's target made of the event. */
export interface Firing {
  targetArn: string;
  event: Json;
  attempts: Attempt[];
}

/**
 * Does what EventBridge does when the time of an `AWS::Events::Rule` has come: invokes each target, a function here, with
 * its `Input`, and waits for the end, retries included. A rule that is disabled does nothing.
 *
 * @throws Error if a function's policy does not let this rule invoke it, or if there is no such function.
 */
export async function fireRule(rule: StackResource, functions: FunctionDirectory): Promise<Firing[]> {
  const { State = 'ENABLED', Targets = [] } = rule.properties;
  if (State === 'DISABLED') return [];
  return Promise.all(
    (Targets as JsonObject[]).map(async ({ Arn, Input }): Promise<Firing> => {
      const targetArn = String(Arn);
      const ruleArn = rule.attributes.Arn ?? '';
      if (!functions.policy(targetArn).some((statement) => permits(statement, ruleArn))) {
        throw new Error(
          `The policy of ${targetArn} does not let events.amazonaws.com invoke it for ${ruleArn}.`,
        );
      }
      const event = Input === undefined ? scheduledEvent(ruleArn) : JSON.parse(String(Input));
      return { targetArn, event, attempts: await functions.invoke(targetArn, event, 'retried') };
    }),
  );
}

function permits({ Principal, Condition }: FunctionPolicyStatement, ruleArn: string): boolean {
  const source = Condition?.ArnLike?.['AWS:SourceArn'] ?? ruleArn;
  const account = Condition?.StringEquals?.['AWS:SourceAccount'] ?? ruleArn.split(':')[4];
  const service = typeof Principal === 'object' && 'Service' in Principal ? Principal.Service : undefined;
  return service === 'events.amazonaws.com' && source === ruleArn && account === ruleArn.split(':')[4];
}

function scheduledEvent(ruleArn: string): JsonObject {
  const [, , , region = '', account = ''] = ruleArn.split(':');
  const time = new Date().toISOString();
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time,
    region,
    resources: [ruleArn],
    detail: {},
  };
}

import { randomUUID } from 'node:crypto';
import type { CustomResourceEvent } from '../../local/cloudformation/protocol.ts';
import type { JsonObject } from '../../local/cloudformation/template.ts';

export type EventDraft = Omit<CustomResourceEvent, 'ResponseURL'>;

/** The resource of a stack that exists for the function only: events are sent to it one by one. */
export interface Resource {
  stackId: string;
  logicalId: string;
}

/** A resource of a stack that no other test has. */
export function newResource(region = 'us-east-1', stackName = 'events'): Resource {
  const partition = region.startsWith('us-gov') ? 'aws-us-gov' : region.startsWith('cn') ? 'aws-cn' : 'aws';
  return {
    stackId: `arn:${partition}:cloudformation:${region}:123456789012:stack/${stackName}/${randomUUID()}`,
    logicalId: 'Bundle',
  };
}

export const SERVICE_TOKEN = 'arn:aws:lambda:us-east-1:123456789012:function:warm';

/** Properties of a bundle, with what CloudFormation adds to them. */
export const propertiesOf = (properties: JsonObject): JsonObject => ({
  ServiceToken: SERVICE_TOKEN,
  ServiceTimeout: '360',
  ...properties,
});

function request(
  { stackId, logicalId }: Resource,
  rest: Pick<EventDraft, 'RequestType' | 'ResourceProperties'> & Partial<EventDraft>,
): EventDraft {
  return {
    ServiceToken: SERVICE_TOKEN,
    StackId: stackId,
    RequestId: randomUUID(),
    LogicalResourceId: logicalId,
    ResourceType: 'Custom::RvAccessBundle',
    ...rest,
  };
}

export const createRequest = (resource: Resource, properties: JsonObject = {}) =>
  request(resource, { RequestType: 'Create', ResourceProperties: propertiesOf(properties) });

export const updateRequest = (resource: Resource, id: string, properties: JsonObject, old: JsonObject) =>
  request(resource, {
    RequestType: 'Update',
    PhysicalResourceId: id,
    ResourceProperties: propertiesOf(properties),
    OldResourceProperties: propertiesOf(old),
  });

export const deleteRequest = (resource: Resource, id: string, properties: JsonObject = {}) =>
  request(resource, {
    RequestType: 'Delete',
    PhysicalResourceId: id,
    ResourceProperties: propertiesOf(properties),
  });

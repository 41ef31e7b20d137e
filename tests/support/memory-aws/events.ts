import type { CustomResourceEvent } from '../../../src/cloudformation/event.ts';

export const STACK_ID =
  'arn:aws:cloudformation:us-east-1:123456789012:stack/redis-access/11111111-2222-3333-4444-555555555555';
export const LOGICAL_ID = 'Bundle';
export const SERVICE_TOKEN = 'arn:aws:lambda:us-east-1:123456789012:function:redis-access-BundleFunction';

export type Properties = Record<string, unknown>;

let requests = 0;

/** The number of the last request; with a number: goes back to it, so that a repeated story is the same to the letter. */
export function lastRequest(number = requests): number {
  requests = number;
  return requests;
}

/** As unguessable as a real one, which is pre-signed and tells when it was. */
function responseUrl(request: number): string {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const signature = (request * 2654435761).toString(16).padStart(64, 'f3');
  return (
    'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/arn%3Aaws%3Acloudformation%3Aus-east-1' +
    `%3A123456789012%3Astack/redis-access%7CBundle%7C${request}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}` +
    `&X-Amz-SignedHeaders=host&X-Amz-Expires=7199&X-Amz-Signature=${signature}`
  );
}

/** CloudFormation hands on every scalar as a string. */
const asStrings = (properties: Properties): Properties => ({
  ServiceToken: SERVICE_TOKEN,
  ...Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === 'object' ? value : String(value),
    ]),
  ),
});

function event(
  rest: Pick<CustomResourceEvent, 'RequestType'> & Partial<CustomResourceEvent>,
): CustomResourceEvent {
  requests += 1;
  return {
    ServiceToken: SERVICE_TOKEN,
    ResponseURL: responseUrl(requests),
    StackId: STACK_ID,
    RequestId: `${String(requests).padStart(8, '0')}-aaaa-4bbb-8ccc-dddddddddddd`,
    LogicalResourceId: LOGICAL_ID,
    ResourceType: 'AWS::CloudFormation::CustomResource',
    ...rest,
  } as CustomResourceEvent;
}

export function createEvent(properties: Properties = {}): CustomResourceEvent {
  return event({ RequestType: 'Create', ResourceProperties: asStrings(properties) });
}

export function updateEvent(id: string, properties: Properties, old: Properties): CustomResourceEvent {
  return event({
    RequestType: 'Update',
    PhysicalResourceId: id,
    ResourceProperties: asStrings(properties),
    OldResourceProperties: asStrings(old),
  });
}

export function deleteEvent(id: string, properties: Properties = {}): CustomResourceEvent {
  return event({
    RequestType: 'Delete',
    PhysicalResourceId: id,
    ResourceProperties: asStrings(properties),
  });
}

/** An id that CloudFormation makes up for a Create that it cancelled, or that never answered. */
export const INVENTED_ID = 'redis-access-Bundle-1ABCDEFGHIJKL';

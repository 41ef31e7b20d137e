import type { JsonObject } from './template.ts';

/** What CloudFormation sends to a custom resource's function. */
export interface CustomResourceEvent {
  RequestType: 'Create' | 'Update' | 'Delete';
  ServiceToken: string;
  ResponseURL: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
  ResourceType: string;
  /** Absent in a Create. */
  PhysicalResourceId?: string;
  /** All scalars are strings. `ServiceToken` and `ServiceTimeout` are in here too. */
  ResourceProperties: JsonObject;
  /** Only in an Update. */
  OldResourceProperties?: JsonObject;
}

/** What the function puts to the event's ResponseURL. */
export interface CustomResourceAnswer {
  Status: 'SUCCESS' | 'FAILED';
  Reason?: string;
  PhysicalResourceId: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
  NoEcho?: boolean;
  Data?: Record<string, string>;
}

/** What CloudFormation makes of an answer. */
export type Verdict = { answer: CustomResourceAnswer } | { refused: string; physicalResourceId?: string };

/** Reads the body of an answer as strictly as CloudFormation does. */
export function judgeAnswer(
  body: string,
  event: Pick<CustomResourceEvent, 'StackId' | 'RequestId' | 'LogicalResourceId'>,
): Verdict {
  if (Buffer.byteLength(body) > 4096) {
    return { refused: 'Response object is too long.' };
  }
  const answer = parse(body);
  if (answer === undefined) {
    return { refused: 'Invalid response object: it is not a JSON object' };
  }
  if (answer.Status !== 'SUCCESS' && answer.Status !== 'FAILED') {
    return { refused: 'Invalid response object: Value of property Status must be SUCCESS or FAILED' };
  }
  for (const property of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (answer[property] !== event[property]) {
      return { refused: `Invalid response object: Value of property ${property} is not that of the request` };
    }
  }
  const id = answer.PhysicalResourceId;
  if (typeof id !== 'string' || id === '' || Buffer.byteLength(id) > 1024) {
    return { refused: 'Invalid PhysicalResourceId' };
  }
  if (answer.Status === 'FAILED' && !answer.Reason) {
    return {
      refused: 'Invalid response object: Reason is required when Status is FAILED',
      physicalResourceId: id,
    };
  }
  return { answer: answer as unknown as CustomResourceAnswer };
}

function parse(body: string): JsonObject | undefined {
  try {
    const value = JSON.parse(body);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

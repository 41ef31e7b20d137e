/**
 * What CloudFormation sends to a custom resource.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export interface CustomResourceEvent {
  RequestType: 'Create' | 'Update' | 'Delete';
  RequestId: string;
  /** A pre-signed S3 URL: whoever holds it can answer in our name, so it is never logged. */
  ResponseURL: string;
  StackId: string;
  LogicalResourceId: string;
  ResourceType?: string;
  /** Absent on Create. On Delete it may be one that CloudFormation invented. */
  PhysicalResourceId?: string;
  ResourceProperties?: Record<string, unknown>;
  /** On Update: the properties of the state that CloudFormation leaves. */
  OldResourceProperties?: Record<string, unknown>;
}

/** What the handler gives back for a request that went well. */
export interface Outcome {
  physicalResourceId: string;
  /** Attributes for `Fn::GetAtt`; absent on Delete. */
  data?: Record<string, string>;
}

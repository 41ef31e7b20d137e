import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../../../local/aws.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface Clients {
  dynamodb: DynamoDBClient;
  iam: IAMClient;
  secrets: SecretsManagerClient;
  sts: STSClient;
}

/** A local AWS for one test file, empty before each test, and SDK clients for it that never retry. */
export function localAws(options: LocalAwsOptions = {}) {
  let server: LocalAws | undefined;
  const aws = (): LocalAws => {
    if (!server) {
      throw new Error('The local AWS has not started yet.');
    }
    return server;
  };
  beforeAll(async () => {
    server = await startLocalAws({ keyActivationSeconds: 0, ...options });
  });
  beforeEach(() => aws().reset());
  afterAll(() => server?.stop());

  const clients = (region = 'us-east-1', credentials: Partial<Credentials> = {}): Clients => {
    const configuration = {
      endpoint: aws().endpoint,
      region,
      maxAttempts: 1,
      credentials: { accessKeyId: '123456789012', secretAccessKey: 'local', ...credentials },
    };
    return {
      dynamodb: new DynamoDBClient(configuration),
      iam: new IAMClient(configuration),
      secrets: new SecretsManagerClient(configuration),
      sts: new STSClient(configuration),
    };
  };
  return { aws, clients };
}

/** Name, message and HTTP status of the error with which a call fails. */
export async function failure(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error('The call was expected to fail, but it succeeded.');
}

/** A valid policy of one statement for `resource`. */
export const policyOf = (resource = '*', action = 's3:ListAllMyBuckets') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
  });

export const trustOf = (principal: object = { Service: 'ec2.amazonaws.com' }) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }],
  });

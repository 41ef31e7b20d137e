import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Whose calls they are; absent: those of the environment, as for every AWS tool. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

export interface Clients {
  cloudFormation: CloudFormationClient;
  cloudWatch: CloudWatchClient;
  iam: IAMClient;
  sts: STSClient;
}

/**
 * Makes clients for account after account over the same connections. A client is small and is thrown away with its account;
 * connections of its own would stay open for each.
 *
 * @param parallel as many accounts as are asked at a time
 */
export function clientFactory(parallel: number): (region: string, credentials?: Credentials) => Clients {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 10_000,
    requestTimeout: 60_000,
    httpsAgent: { keepAlive: true, maxSockets: parallel * 2 },
    httpAgent: { keepAlive: true, maxSockets: parallel * 2 },
  });
  return (region, credentials) => {
    const settings = {
      region,
      requestHandler,
      maxAttempts: 6,
      ...(credentials && { credentials }),
    };
    return {
      cloudFormation: new CloudFormationClient(settings),
      cloudWatch: new CloudWatchClient(settings),
      iam: new IAMClient(settings),
      sts: new STSClient(settings),
    };
  };
}

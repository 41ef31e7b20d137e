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
    return new LazyClients(settings);
  };
}

/** Each client is made when it is first asked for: no account needs them all. */
class LazyClients implements Clients {
  readonly #settings: object;
  readonly #made: Partial<Clients> = {};

  constructor(settings: object) {
    this.#settings = settings;
  }

  get cloudFormation(): CloudFormationClient {
    this.#made.cloudFormation ??= new CloudFormationClient(this.#settings);
    return this.#made.cloudFormation;
  }

  get cloudWatch(): CloudWatchClient {
    this.#made.cloudWatch ??= new CloudWatchClient(this.#settings);
    return this.#made.cloudWatch;
  }

  get iam(): IAMClient {
    this.#made.iam ??= new IAMClient(this.#settings);
    return this.#made.iam;
  }

  get sts(): STSClient {
    this.#made.sts ??= new STSClient(this.#settings);
    return this.#made.sts;
  }
}

import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type LocalAws, type Rotation, type RotationOrder, startLocalAws } from '../../local/aws.ts';
import { eventFunction, eventRoleEnvironment } from '../../local/cloudformation/event-function.ts';
import type { Firing } from '../../local/cloudformation/event-rule.ts';
import type { Exchange } from '../../local/cloudformation/exchange.ts';
import {
  LocalCloudFormation,
  type LocalCloudFormationOptions,
  type OperationResult,
  type StackInput,
} from '../../local/cloudformation/local-cloudformation.ts';
import type { RunOptions } from '../../local/cloudformation/operation.ts';
import type { ParameterValues } from '../../local/cloudformation/parameters.ts';
import { type ResponseServer, startResponseServer } from '../../local/cloudformation/response-server.ts';
import type { Stack } from '../../local/cloudformation/stack.ts';
import { type Clients, clientsOf } from '../../local/demo/clients.ts';
import type { LambdaFunction } from '../../local/lambda/function.ts';
import { chosenDelivery } from './delivery.ts';
import { type DirectFunction, startDirectFunction } from './direct-function.ts';
import { readIam } from './iam-state.ts';
import { readLedgers } from './ledgers.ts';
import { type EventDraft, SERVICE_TOKEN } from './requests.ts';
import { type Content, contentOf, readSecrets, restoreSecrets, secretValues } from './secrets-state.ts';
import { type Told, toldSecrets } from './told-secrets.ts';

/** Name of the stack of a test that does not name one. */
export const STACK = 'redis';
/** The custom resource in the template. */
export const BUNDLE = 'Bundle';

export type AccountState = Awaited<ReturnType<typeof readIam>> & {
  secrets: Awaited<ReturnType<typeof readSecrets>>;
};

type More = Omit<StackInput, 'parameters'> & { stackName?: string };

type RegionOptions = LocalCloudFormationOptions & { aws: LocalAws; region: string };

/** One Region of the account of a test: its CloudFormation, and what people and programs see of it. */
export class Region {
  readonly clients: Clients;
  readonly cloudFormation: LocalCloudFormation;
  readonly #told: Told = { exchanges: [], others: [] };
  readonly #secrets = new Set<string>();

  readonly #options: RegionOptions;
  #direct: DirectFunction | undefined;

  constructor(options: RegionOptions) {
    this.#options = options;
    this.clients = clientsOf(options.aws, options.region, 'apart');
    this.cloudFormation = new LocalCloudFormation(options);
  }

  async create(parameters: ParameterValues = {}, more: More = {}): Promise<OperationResult> {
    return this.#seen(this.cloudFormation.createStack({ stackName: STACK, parameters, ...more }));
  }

  async update(parameters: ParameterValues, more: More = {}): Promise<OperationResult> {
    await this.#learn();
    const { stackName = STACK, ...rest } = more;
    return this.#seen(this.cloudFormation.updateStack(stackName, { parameters, ...rest }));
  }

  async remove(stackName = STACK, options: RunOptions = {}): Promise<OperationResult> {
    await this.#learn();
    return this.#seen(this.cloudFormation.deleteStack(stackName, options));
  }

  /** Sends an event to the warm function (or to that of a stack, if the service token names it), until it has ended. */
  async send(event: EventDraft, options: RunOptions = {}): Promise<Exchange> {
    if (event.RequestType === 'Delete') await this.#learn();
    const exchange = await this.cloudFormation.sendEvent(event, options);
    this.#told.exchanges.push(exchange);
    return exchange;
  }

  /** The function without CloudFormation; its deliveries are looked through like all others. */
  async direct(): Promise<DirectFunction> {
    const { aws, region, functionPath = '', environment } = this.#options;
    this.#direct ??= await startDirectFunction(functionPath, {
      ...aws.env(region),
      ...(await eventRoleEnvironment(aws.addRole, aws.accountId)),
      ...environment,
    });
    const { event, deliver, close } = this.#direct;
    return {
      event,
      close,
      deliver: async (delivered) => {
        if (delivered.RequestType === 'Delete') await this.#learn();
        const exchange = await deliver(delivered);
        this.#told.exchanges.push(exchange);
        return exchange;
      },
    };
  }

  /** Rotates the secret of a stack, as when its schedule's time has come. */
  async rotate(order: Partial<RotationOrder> = {}, stackName = STACK): Promise<Rotation> {
    await this.#learn();
    const secretId = this.stack(stackName).outputs.SecretArn ?? '';
    return this.#options.aws.rotate({ secretId, region: this.#options.region, ...order });
  }

  /** The time of a rule in the template has come. */
  async fire(rule: string, stackName = STACK): Promise<Firing[]> {
    await this.#learn();
    return this.cloudFormation.fire(stackName, rule);
  }

  stack(stackName = STACK): Readonly<Stack> {
    return this.cloudFormation.stack(stackName);
  }

  physicalId(stackName = STACK): string {
    return this.cloudFormation.resource(stackName, BUNDLE).physicalId;
  }

  /** All that exists: IAM of the account, Secrets Manager of the Region. */
  async state(): Promise<AccountState> {
    const [iam, secrets] = await Promise.all([readIam(this.clients.iam), readSecrets(this.clients.secrets)]);
    return { ...iam, secrets };
  }

  /** What the secret of a stack holds under a label. */
  content(stage = 'AWSCURRENT', stackName = STACK): Promise<Content> {
    return contentOf(this.clients.secrets, this.stack(stackName).outputs.SecretName ?? '', stage);
  }

  /** Every secret that was told, as sentences. Waits until nothing runs any more. */
  async leaks(): Promise<string[]> {
    await this.cloudFormation.settled();
    await restoreSecrets(this.clients.secrets);
    await this.#learn();
    this.#told.others.push(await this.cloudFormation.invocations());
    return toldSecrets(this.#told, this.#secrets);
  }

  async close(): Promise<void> {
    await Promise.all([this.cloudFormation.close(), this.#direct?.close()]);
  }

  /** Remembers the secret values of now, before something happens that may destroy them. */
  async #learn(): Promise<void> {
    for (const value of await secretValues(this.clients.secrets)) this.#secrets.add(value);
    this.#told.others.push(await readLedgers(this.clients.dynamodb));
  }

  async #seen(operation: Promise<OperationResult>): Promise<OperationResult> {
    const result = await operation;
    this.#told.exchanges.push(...result.exchanges);
    this.#told.others.push(result.events, result.outputs);
    return result;
  }
}

export interface Account {
  readonly aws: LocalAws;
  /** A Region of the account; the same one throughout a test. */
  in(region: string): Region;
}

/**
 * An AWS account for one test file, empty before each test. After each test nothing that the function wrote or answered
 * may hold a secret.
 *
 * @param options for how long a new access key is unknown, after which time a request takes over from a dead one, and for
 *   how long the function believes that a read may be stale: AWS is on its easy day here unless told otherwise
 */
export function useAccount({ keyActivationSeconds = 0, leaseSeconds = 20, staleSeconds = 2 } = {}): Account {
  const times = { LEDGER_LEASE_SECONDS: String(leaseSeconds), STALE_READS_SECONDS: String(staleSeconds) };
  let aws: LocalAws;
  let delivery: Awaited<ReturnType<typeof chosenDelivery>>;
  let responses: ResponseServer;
  let role: Record<string, string>;
  const regions = new Map<string, Region>();
  /** What events are sent to without a stack, by Region: it stays warm from test to test, as in Lambda. */
  const warm = new Map<string, LambdaFunction>();
  beforeAll(async () => {
    [aws, delivery, responses] = await Promise.all([
      startLocalAws({ keyActivationSeconds }),
      chosenDelivery(),
      startResponseServer(),
    ]);
    role = await eventRoleEnvironment(aws.addRole, aws.accountId);
  });
  beforeEach(() => aws.reset());
  afterEach(async () => {
    const used = [...regions.values()];
    regions.clear();
    try {
      expect((await Promise.all(used.map((region) => region.leaks()))).flat()).toEqual([]);
    } finally {
      await Promise.all(used.map((region) => region.close()));
    }
  });
  afterAll(async () => {
    for (const each of warm.values()) each.stop();
    await Promise.all([aws.stop(), responses.close()]);
  });

  const warmIn = (region: string): LambdaFunction => {
    const { functionPath } = delivery;
    const environment = { ...aws.env(region), ...role, RESPONSE_URL_ORIGIN: responses.origin, ...times };
    const known = warm.get(region) ?? eventFunction(SERVICE_TOKEN, { functionPath, environment });
    warm.set(region, known);
    return known;
  };

  return {
    get aws() {
      return aws;
    },
    in(region) {
      const known =
        regions.get(region) ??
        new Region({
          ...delivery,
          aws,
          region,
          responses,
          environment: times,
          eventFunction: warmIn(region),
        });
      regions.set(region, known);
      return known;
    },
  };
}

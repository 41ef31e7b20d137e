import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  type TimeToLiveSpecification,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { StackResource } from './stack.ts';

/**
 * Makes the table of an `AWS::DynamoDB::Table` on the local AWS, if it is not there. Of its properties those count that a
 * caller can notice: keys, billing, time to live. The others are accepted.
 *
 * @param environment what points a process at the local AWS; without an endpoint the table exists in name only
 */
export async function putTable(environment: Environment, table: StackResource): Promise<void> {
  const client = clientOf(environment);
  if (!client) return;
  const { AttributeDefinitions, KeySchema, BillingMode, ProvisionedThroughput, TimeToLiveSpecification } =
    table.properties as unknown as TableProperties;
  const given = { AttributeDefinitions, KeySchema, BillingMode, ProvisionedThroughput };
  try {
    await client.send(new CreateTableCommand({ TableName: table.physicalId, ...given }));
    if (TimeToLiveSpecification?.Enabled) {
      const input = { TableName: table.physicalId, TimeToLiveSpecification };
      await client.send(new UpdateTimeToLiveCommand(input));
    }
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}

/** Deletes the table with all that is in it; does nothing if it is gone. */
export async function removeTable(environment: Environment, table: StackResource): Promise<void> {
  const client = clientOf(environment);
  if (!client) return;
  try {
    await client.send(new DeleteTableCommand({ TableName: table.physicalId }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  } finally {
    client.destroy();
  }
}

type Environment = Record<string, string>;
type TableProperties = CreateTableCommandInput & { TimeToLiveSpecification?: TimeToLiveSpecification };

function clientOf(environment: Environment): DynamoDBClient | undefined {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region = 'us-east-1' } = environment;
  if (endpoint === undefined) return undefined;
  return new DynamoDBClient({
    endpoint,
    region,
    // The calls of AWS's own services are in nobody's log.
    userAgentAppId: 'local-aws',
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
}

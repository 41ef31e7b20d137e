import { type DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb';

/** All that stands in the tables of a Region. */
export async function readLedgers(client: DynamoDBClient): Promise<unknown[]> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const items: unknown[] = [];
  for (const TableName of TableNames)
    for await (const page of paginateScan({ client }, { TableName })) items.push(...(page.Items ?? []));
  return items;
}

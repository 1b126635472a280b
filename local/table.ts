import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';

export const tableName = 'license-server';

/**
 * Creates the table as the stack does (`lib/store`; a test compares both); keeps an existing one.
 * @param followed false omits the stream, which slows the embedded DynamoDB with every record
 */
export async function createTable(name = tableName, followed = true): Promise<void> {
  const client = new DynamoDBClient({});
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk', 'xpk', 'xsk'].map(AttributeName => ({
          AttributeName,
          AttributeType: 'S' as const,
        })),
        KeySchema: keySchema('pk', 'sk'),
        GlobalSecondaryIndexes: [
          { IndexName: 'expiry', KeySchema: keySchema('xpk', 'xsk'), Projection: { ProjectionType: 'KEYS_ONLY' } },
        ],
        ...(followed && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }),
      }),
    );
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'ttl' };
    await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}

/** Drops a table, if it exists. */
export async function dropTable(name = tableName): Promise<void> {
  const client = new DynamoDBClient({});
  try {
    await client.send(new DeleteTableCommand({ TableName: name }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  } finally {
    client.destroy();
  }
}

function keySchema(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
}

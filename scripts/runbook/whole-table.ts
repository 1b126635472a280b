import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';

export type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };

/** Every item of a table, in no order. It reads all of it: for a person with a question, never for a request. */
export async function* wholeTable(TableName: string): AsyncGenerator<Item> {
  const client = new DynamoDBClient({});
  const documents = DynamoDBDocumentClient.from(client);
  try {
    for await (const { Items = [] } of paginateScan({ client: documents }, { TableName, ConsistentRead: true }))
      for (const item of Items) yield { ...item, pk: String(item.pk), sk: String(item.sk) };
  } finally {
    client.destroy();
  }
}

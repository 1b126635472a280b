import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { tableName } from '../../../local/table.ts';

export type Content = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Every item of the table by its key: what a test compares before and after. Only tests scan. */
export async function tableContent(): Promise<Content> {
  const client = new DynamoDBClient({});
  const documents = DynamoDBDocumentClient.from(client);
  const items: [string, Record<string, unknown>][] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey }));
    for (const item of page.Items ?? []) items.push([`${item.pk} ${item.sk}`, item]);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  client.destroy();
  return Object.fromEntries(items.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same without used nonces, which are garbage after ten minutes. */
export async function stateOfTable(): Promise<Content> {
  const content = await tableContent();
  return Object.fromEntries(Object.entries(content).filter(([key, item]) => !isNonce(key, item)));
}

function isNonce(key: string, item: Readonly<Record<string, unknown>>): boolean {
  return key.startsWith('I#') && !('requestHash' in item) && typeof item.ttl === 'number';
}

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { tableName } from '../../../local/table.ts';

export type Content = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** An item as DynamoDB writes it: `{ pk: { S: 'O#hub' }, … }`. */
type StoredItem = Readonly<Record<string, AttributeValue>>;

/** Returns every item of the table by its key. Only tests scan. */
export async function tableContent(): Promise<Content> {
  return Object.fromEntries((await scan()).map(item => [keyOf(item), unmarshall(item)]));
}

/** Returns every item as JSON by its key, without used nonces, which are garbage after ten minutes: what a test compares before and after. */
export async function stateOfTable(): Promise<Readonly<Record<string, string>>> {
  const items = (await scan()).filter(item => !isNonce(item));
  return Object.fromEntries(items.map(item => [keyOf(item), JSON.stringify(item, inOrder)]));
}

/** The embedded DynamoDB answers attributes in another order each time. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function keyOf({ pk, sk }: StoredItem): string {
  return `${pk?.S} ${sk?.S}`;
}

function isNonce({ pk, requestHash, ttl }: StoredItem): boolean {
  return pk?.S?.startsWith('I#') === true && requestHash === undefined && ttl?.N !== undefined;
}

/** Reads the table over plain HTTP: the SDK spends more time on each attribute than the tests that scan most can afford. */
async function scan(): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  for (let ExclusiveStartKey: unknown, more = true; more; more = ExclusiveStartKey !== undefined) {
    const response = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.Scan',
        'x-amz-date': '20260101T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/20260101/${process.env.AWS_REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify({ TableName: tableName, ExclusiveStartKey }),
    });
    const page = await response.json();
    if (!response.ok) throw new Error(`The table cannot be scanned: ${JSON.stringify(page)}`);
    items.push(...page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  }
  return items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

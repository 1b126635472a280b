import type { AwsCall } from '../aws/meter.ts';

/** The time up to which the sweep has passed: one for the whole stage, and nothing of any Org. */
const stageWide = new Set(['W#sweep-expiry']);

/** The Orgs whose items some calls have asked for: each partition key names its own (docs/rules.md 8). */
export function orgsTouched(calls: readonly AwsCall[]): Set<string> {
  const keys = calls.flatMap(({ input }) => partitionKeys(input));
  return new Set(keys.filter(key => !stageWide.has(key)).map(orgOfKey));
}

export function partitionKeys(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'pk' || name === ':pk' ? [spelled(inner)] : partitionKeys(inner),
  );
}

/** A key as the SDK's document client has it, or as DynamoDB does. */
function spelled(key: unknown): string {
  return typeof key === 'string' ? key : String(Object(key).S);
}

function orgOfKey(pk: string): string {
  const [family, named = ''] = pk.split('#');
  if (!/^[OEPINAQDRW]$/.test(family ?? '')) throw new Error(`an unknown family of items: ${pk}`);
  return named.split('-')[0] ?? '';
}

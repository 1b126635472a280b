import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** This machine has no DynamoDB binary from npm. */
export class NoEmbeddedDynamoDb extends Error {
  constructor(platform: string, options?: ErrorOptions) {
    super(
      `There is no embedded DynamoDB for ${platform}: set AWS_ENDPOINT_URL_DYNAMODB to any DynamoDB-compatible endpoint, or start with "--dynamodb local", which needs Java (on Linux x64, "npm ci" installs the embedded one).`,
      options,
    );
    this.name = 'NoEmbeddedDynamoDb';
  }
}

/**
 * The path of the DynamoDB binary which npm installed.
 *
 * @param platform such as `linux-x64`
 * @throws NoEmbeddedDynamoDb
 */
export function dynamoDbBinary(platform = `${process.platform}-${process.arch}`): string {
  if (platform !== 'linux-x64') throw new NoEmbeddedDynamoDb(platform);
  try {
    const packageJson = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    return join(dirname(packageJson), 'dynoxide');
  } catch (cause) {
    throw new NoEmbeddedDynamoDb(platform, { cause });
  }
}

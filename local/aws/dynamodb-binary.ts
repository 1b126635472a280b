import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Thrown when npm has no DynamoDB binary for this machine. */
export class NoEmbeddedDynamoDbError extends Error {
  constructor(platform: string, options?: ErrorOptions) {
    super(
      `The embedded DynamoDB is missing for ${platform}. Set AWS_ENDPOINT_URL_DYNAMODB to a DynamoDB-compatible endpoint, or start with "--dynamodb local", which requires Java (on Linux x64, "npm ci" installs the embedded one).`,
      options,
    );
    this.name = 'NoEmbeddedDynamoDb';
  }
}

/**
 * Returns the path of the DynamoDB binary that npm installed.
 *
 * @param platform such as `linux-x64`
 * @throws NoEmbeddedDynamoDb
 */
export function dynamoDbBinary(platform = `${process.platform}-${process.arch}`): string {
  if (platform !== 'linux-x64') throw new NoEmbeddedDynamoDbError(platform);
  try {
    const packageJson = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    return join(dirname(packageJson), 'dynoxide');
  } catch (cause) {
    throw new NoEmbeddedDynamoDbError(platform, { cause });
  }
}

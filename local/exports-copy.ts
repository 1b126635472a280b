import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { parseEnv } from 'node:util';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { exportsBucket } from './aws/notifications.ts';

const Variables = z.object({ AWS_ENDPOINT_URL_S3: z.url(), AWS_REGION: z.string() });

/**
 * Copies the exports bucket of a local server, as `aws s3 sync` would. Existing files are
 * overwritten.
 *
 * @param variables file of the server (`aws.env`)
 * @returns the copied keys, sorted
 */
export async function copyExports(variables: string, target: string): Promise<string[]> {
  const { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region } = Variables.parse(
    parseEnv(readFileSync(variables, 'utf8')),
  );
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const copied: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: exportsBucket }))
    for (const { Key = '' } of Contents) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: exportsBucket, Key }));
      write(target, Key, (await Body?.transformToByteArray()) ?? new Uint8Array());
      copied.push(Key);
    }
  return copied.sort();
}

/** Writes a file. @throws for a key outside of the folder */
function write(folder: string, key: string, bytes: Uint8Array): void {
  const path = resolve(folder, key);
  if (!path.startsWith(resolve(folder) + sep))
    throw new Error(`The key ${key} is invalid: expected a path in ${folder}.`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** Returns the folders of the copied statements, for `statement verify`. */
export function statementFolders(copied: readonly string[], target: string): string[] {
  return copied.filter(key => key.endsWith('/statement.jws')).map(key => join(target, dirname(key)));
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { parseEnv } from 'node:util';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { exportsBucket } from './aws/notifications.ts';

const Variables = z.object({ AWS_ENDPOINT_URL_S3: z.url(), AWS_REGION: z.string() });

/**
 * Copies the bucket of exports of a server that runs on this machine, as `aws s3 sync` would; files that are there already are
 * written anew.
 *
 * @param variables file that the server wrote (`aws.env`)
 * @returns what was copied, sorted
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

/** @throws for a key that leads out of the folder */
function write(folder: string, key: string, bytes: Uint8Array): void {
  const path = resolve(folder, key);
  if (!path.startsWith(resolve(folder) + sep)) throw new Error(`${key} is no place in ${folder}.`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** What `statement verify` takes: the folders of the statements among what was copied. */
export function statementFolders(copied: readonly string[], target: string): string[] {
  return copied.filter(key => key.endsWith('/statement.jws')).map(key => join(target, dirname(key)));
}

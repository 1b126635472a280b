import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { TestServer } from '../server/server.ts';

/** Every object in the bucket of exports, by its key. */
export async function exportedObjects({ world }: Pick<TestServer, 'world'>): Promise<Record<string, string>> {
  const Bucket = world.runtime.env.EXPORTS_BUCKET;
  const client = new S3Client({ forcePathStyle: true });
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  const read = async ({ Key = '' }) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, (await Body?.transformToString()) ?? ''] as const;
  };
  const objects = await Promise.all(Contents.map(read));
  client.destroy();
  return Object.fromEntries(objects);
}

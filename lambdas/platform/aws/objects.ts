import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ObjectKind } from '../kernel/grants.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { setting } from '../kernel/settings.ts';
import { clientSettings } from './client-settings.ts';

/** `<kind>/…`: the first segment decides which functions have access. */
export type ObjectKey = `${ObjectKind}/${string}`;

const client = perRuntime((runtime: Runtime) => {
  const made = new S3Client(clientSettings(runtime));
  runtime.instrument(made.middlewareStack);
  return made;
});

/** Puts an object into the bucket of exports; under Object Lock a second put makes a version, and the first one stays. */
export async function putObject(runtime: Runtime, Key: ObjectKey, Body: string, ContentType: string): Promise<void> {
  const Bucket = setting(runtime, 'EXPORTS_BUCKET');
  await client(runtime).send(new PutObjectCommand({ Bucket, Key, Body, ContentType, ChecksumAlgorithm: 'SHA256' }));
}

/** @returns undefined when there is none */
export async function getObject(runtime: Runtime, Key: ObjectKey): Promise<string | undefined> {
  try {
    const { Body } = await client(runtime).send(
      new GetObjectCommand({ Bucket: setting(runtime, 'EXPORTS_BUCKET'), Key }),
    );
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound')) return undefined;
    throw error;
  }
}

/** Returns `s3://bucket/key`, for people. */
export function locationOf(runtime: Runtime, key: ObjectKey): string {
  return `s3://${setting(runtime, 'EXPORTS_BUCKET')}/${key}`;
}

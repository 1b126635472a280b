import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { exportsBucket, type LocalNotifications, startNotifications } from '../../local/aws/notifications.ts';
import { copyExports, statementFolders } from '../../local/exports-copy.ts';

const folder = mkdtempSync(join(tmpdir(), 'license-server-exports-'));
const [variables, target] = [join(folder, 'aws.env'), join(folder, 'copy')];
let notices: LocalNotifications;
let client: S3Client;

beforeAll(async () => {
  notices = await startNotifications();
  writeFileSync(variables, `export AWS_ENDPOINT_URL_S3='${notices.endpoints.s3}'\nexport AWS_REGION='eu-central-1'\n`);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new S3Client({ endpoint: notices.endpoints.s3, region: 'eu-central-1', credentials, forcePathStyle: true });
});
afterAll(async () => {
  client.destroy();
  await notices.close();
  rmSync(folder, { recursive: true });
});

const put = async (Key: string, Body: string) =>
  await client.send(new PutObjectCommand({ Bucket: exportsBucket, Key, Body }));

it('copies every export to the byte, and knows the folders of statements', async () => {
  await put('statements/hub/2026-Q4/r1/statement.jws', 'a.b.c');
  await put('statements/hub/2026-Q4/r1/report.html', '<p>7 Stück</p>');
  await put('audit/hub/202611/seal.json', '{}');
  const copied = await copyExports(variables, target);
  expect(copied).toEqual([
    'audit/hub/202611/seal.json',
    'statements/hub/2026-Q4/r1/report.html',
    'statements/hub/2026-Q4/r1/statement.jws',
  ]);
  expect(readFileSync(join(target, 'statements/hub/2026-Q4/r1/report.html'), 'utf8')).toBe('<p>7 Stück</p>');
  expect(statementFolders(copied, target)).toEqual([join(target, 'statements/hub/2026-Q4/r1')]);
});

it('overwrites what exists already', async () => {
  await put('audit/hub/202611/seal.json', '{"months":1}');
  await copyExports(variables, target);
  expect(readFileSync(join(target, 'audit/hub/202611/seal.json'), 'utf8')).toBe('{"months":1}');
});

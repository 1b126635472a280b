import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { dynamoDbBinary, NoEmbeddedDynamoDbError } from '../../local/aws/dynamodb-binary.ts';
import { freePort } from '../../local/aws/free-port.ts';
import { type LocalDynamoDbOptions, startDynamoDb } from '../../local/dynamodb.ts';
import { eventually } from '../support/eventually.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-dynamodb-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function withClient<T>(endpoint: string, use: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

const createTable = new CreateTableCommand({
  TableName: 'licenses',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
});

function portOf(endpoint: string): number {
  return Number(new URL(endpoint).port);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function ended(pid: number): Promise<void> {
  await eventually(() => !isAlive(pid));
}

function groupOf(pid: number): string {
  return execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}

/** Zombies do not count: when they go is up to this machine's init. */
function membersOf(group: string): string[] {
  const processes = execFileSync('ps', ['-eo', 'pgid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return processes.map(line => line.trim()).filter(line => line.startsWith(`${group} `) && !/^\d+ +Z/.test(line));
}

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('keeps its data in the file from one run to the next', async () => {
  const options: LocalDynamoDbOptions = { dbPath: join(folder, 'new', 'dynamodb.sqlite') };
  const first = await startDynamoDb(options);
  await withClient(first.endpoint, client => client.send(createTable));
  await first.close();

  const second = await startDynamoDb(options);
  const { TableNames } = await withClient(second.endpoint, client => client.send(new ListTablesCommand({})));
  await second.close();

  expect(TableNames).toEqual(['licenses']);
});

test('close ends the program and frees its port, and may be repeated', async () => {
  const { endpoint, pid, close } = await startDynamoDb();
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(isAlive(pid)).toBe(true);

  await close();
  await close();

  expect(isAlive(pid)).toBe(false);
  expect(await freePort(portOf(endpoint))).toBe(portOf(endpoint));
});

test('close returns when the program has ended before', async () => {
  const { pid, close } = await startDynamoDb();
  process.kill(pid, 'SIGKILL');
  await ended(pid);
  await close();
});

test('several run side by side', async () => {
  const all = await Promise.all([startDynamoDb(), startDynamoDb(), startDynamoDb()]);
  expect(new Set(all.map(({ endpoint }) => endpoint)).size).toBe(3);
  await Promise.all(all.map(({ close }) => close()));
});

test.each(['SIGKILL', 'SIGTERM'] as const)('does not outlive a parent that %s ends', async signal => {
  const program = `
    import { startDynamoDb } from ${JSON.stringify(new URL('../../local/dynamodb.ts', import.meta.url).href)};
    const { endpoint, pid } = await startDynamoDb();
    console.log(JSON.stringify({ endpoint, pid }));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program]);
  const [line] = await once(parent.stdout, 'data');
  const { endpoint, pid } = z.object({ endpoint: z.url(), pid: z.int() }).parse(JSON.parse(String(line)));
  const watchdogGroup = groupOf(pid);
  expect(membersOf(watchdogGroup)).not.toHaveLength(0);
  expect((await fetch(endpoint)).status).toBe(200);

  parent.kill(signal);

  await ended(pid);
  await eventually(() => membersOf(watchdogGroup).length === 0);
  await expect(fetch(endpoint)).rejects.toThrow();
  expect(await freePort(portOf(endpoint))).toBe(portOf(endpoint));
});

test('a taken port is named, with what to do', async () => {
  const port = (await freePort(0)) ?? 0;
  const occupant = createServer().listen(port, '127.0.0.1');
  await once(occupant, 'listening');
  await expect(startDynamoDb({ port })).rejects.toThrow(`The port ${port} of 127.0.0.1 is in use. Stop the program`);
  occupant.close();
});

test('tries five ports when each is taken the moment before', async () => {
  const binary = script(
    'unlucky',
    'echo x >> "$(dirname "$0")/tries"; echo "error: port is already in use" >&2; exit 1',
  );
  await expect(startDynamoDb({ binary })).rejects.toThrow('is in use');
  expect(readFileSync(join(folder, 'tries'), 'utf8')).toBe('x\n'.repeat(5));
});

test('a program that fails gives its own words', async () => {
  const binary = script('broken', 'echo "database disk image is malformed" >&2; exit 1');
  await expect(startDynamoDb({ binary })).rejects.toThrow('database disk image is malformed');
});

test('a program that is not there is named', async () => {
  await expect(startDynamoDb({ binary: '/nowhere/dynoxide' })).rejects.toThrow('/nowhere/dynoxide');
});

test('a program that ignores SIGTERM is killed', async () => {
  const binary = script('stubborn', 'trap "" TERM; echo "not listening on anything" >&2; while :; do sleep 0.1; done');
  await expect(startDynamoDb({ binary })).rejects.toThrow('does not answer');
});

test('another platform is told to give an endpoint', () => {
  expect(() => dynamoDbBinary('darwin-arm64')).toThrow(NoEmbeddedDynamoDbError);
  expect(() => dynamoDbBinary('darwin-arm64')).toThrow('Set AWS_ENDPOINT_URL_DYNAMODB');
});

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { dynamoDbLocalFolder } from '../../local/aws/dynamodb-local.ts';
import { eventually } from '../support/eventually.ts';
import { clientOf, processesOf, run, StartFixture } from './start-fixture.ts';

const fixture = new StartFixture();
afterAll(() => fixture.close());

/** `node scripts/independent/dynamodb-local/fetch.ts` installs it; CI does. */
const whereInstalled = existsSync(join(dynamoDbLocalFolder, 'installed')) ? it : it.skip;

describe('npm start -- --dynamodb local', () => {
  whereInstalled('keeps its data from one run to the next, and ends the program with it', async () => {
    const folder = fixture.newFolder();
    const first = await fixture.start(folder, ['--dynamodb', 'local']);
    const { enterpriseId } = await (await clientOf(folder, 'boost')).call('create-enterprise', {});
    expect(processesOf(join(folder, 'dynamodb-local'))).not.toEqual([]);
    expect(await first.end()).toBe(0);
    await eventually(() => processesOf(join(folder, 'dynamodb-local')).length === 0);
    const second = await fixture.start(folder, ['--dynamodb', 'local']);
    const enterprise = await (await clientOf(folder, 'boost')).call('get-enterprise', { enterpriseId });
    await second.end();
    expect(enterprise.enterpriseId).toBe(enterpriseId);
  });

  it('refuses a folder with the data of the embedded DynamoDB, whose keys belong to another table', async () => {
    const folder = fixture.newFolder();
    writeFileSync(join(folder, 'table.db'), '');
    const { code, stderr } = await run(['local/start.ts', '--port', '0', '--data', folder, '--dynamodb', 'local']);
    expect(code).toBe(1);
    expect(stderr).toContain('expected --dynamodb embedded. Start with --fresh');
  });

  it('is refused the other way round too', async () => {
    const folder = fixture.newFolder();
    mkdirSync(join(folder, 'dynamodb-local'));
    const args = ['local/start.ts', '--port', '0', '--data', folder, '--dynamodb', 'embedded'];
    const { code, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toContain('expected --dynamodb local. Start with --fresh');
  });

  it('names the programs when another one is asked for', async () => {
    const { code, stderr } = await run(['local/start.ts', '--dynamodb', 'other']);
    expect(code).toBe(1);
    expect(stderr).toContain('embedded, local');
  });
});

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startDynamoDb } from '../../local/dynamodb.ts';
import { clientOf, run, StartFixture } from './start-fixture.ts';

const fixture = new StartFixture();
afterAll(() => fixture.close());

describe('npm start says what is wrong and ends with 1', () => {
  it('when another one runs on the folder', async () => {
    const folder = fixture.newFolder();
    const server = await fixture.start(folder);
    const second = await run(['local/start.ts', '--port', '0', '--data', folder]);
    await server.end();
    expect(second.code).toBe(1);
    expect(second.stderr).toBe(
      `The folder ${folder} is in use by another license server (process ${server.process.pid}). Stop it, or choose another folder with --data.\n`,
    );
  });

  it('when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { code, stderr } = await run(['local/start.ts', '--port', port, '--data', fixture.newFolder()]);
    other.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `The port ${port} is in use. Stop the program that uses it, or choose another with --port.\n`,
    });
  });

  it('when the port is no port', async () => {
    const { code, stderr } = await run(['local/start.ts', '--port', '70000']);
    expect(code).toBe(1);
    expect(stderr).toContain('a number from 0 to 65535');
  });

  it('when the state file is broken', async () => {
    const folder = fixture.newFolder();
    writeFileSync(join(folder, 'aws.json'), '{');
    const { code, stderr } = await run(['local/start.ts', '--port', '0', '--data', folder]);
    expect(code).toBe(1);
    expect(stderr).toContain('Use --fresh');
  });

  it('when there is no embedded DynamoDB for the machine', async () => {
    const otherMachine = `data:text/javascript,Object.defineProperty(process,'arch',{value:'riscv64'})`;
    const args = ['--import', otherMachine, 'local/start.ts', '--port', '0', '--data', fixture.newFolder()];
    const { code, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toContain('The embedded DynamoDB is missing for linux-riscv64. Set AWS_ENDPOINT_URL_DYNAMODB');
  });
});

describe('npm start works all the same', () => {
  it('when the lock is of a process that is gone, or of another with the same number', async () => {
    const folder = fixture.newFolder();
    for (const holder of [`{"pid":4194304,"startedAt":""}`, `{"pid":${process.pid},"startedAt":"1"}`, 'broken']) {
      writeFileSync(join(folder, 'lock.json'), holder);
      const server = await fixture.start(folder);
      expect(await server.end()).toBe(0);
    }
  });

  it('with a DynamoDB endpoint that is given, and --fresh drops the table there', async () => {
    const dynamo = await startDynamoDb();
    const env = { AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint };
    const folder = fixture.newFolder();
    await (await fixture.start(folder, [], env)).end();
    const server = await fixture.start(folder, ['--fresh'], env);
    expect(server.output()).toContain(`AWS_ENDPOINT_URL_DYNAMODB=${dynamo.endpoint}, from the environment`);
    const { application } = await (await clientOf(folder, 'boost')).call('get-own-application', {});
    await server.end();
    await dynamo.close();
    expect(application).toBe('boost');
  });

  it("with a developer's AWS settings around", async () => {
    const env = { AWS_PROFILE: 'another', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true', AWS_USE_FIPS_ENDPOINT: 'true' };
    const server = await fixture.start(fixture.newFolder(), [], env);
    expect(await server.end()).toBe(0);
  });
});

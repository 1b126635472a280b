import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { root as project, run } from '../local/start-fixture.ts';
import { newSigner } from '../support/vectors/signed-statement.ts';
import { newFolder } from './cli-fixture.ts';

const cli = async (...args: string[]) => await run(['cli/license-server.ts', ...args]);
const controls = /[^\P{C}\n]/u;

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A server that may be anybody's. @returns its URL */
async function serverThatSays(status: number, answer: unknown): Promise<string> {
  const answering = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server = answering;
  await new Promise<void>(resolve => answering.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${Object(answering.address()).port}/local`;
}

const hostile = 'hub\u001b]0;owned\u0007\u009b2J\r\nThe pinned Root is the current one.\u202e';
const key = { kid: hostile, jwk: {}, role: 'current' };
const trust = {
  roots: [key],
  successors: [{ announcedBy: hostile, kid: hostile }],
  orgs: [{ org: hostile, keys: [key] }],
};
const successors = [{ announcedBy: hostile, kid: hostile, announcement: hostile }];
const wellFormed = { roots: [{ ...key, jwk: newSigner().root.jwk }], successors, orgs: [] };
const problem = { title: hostile, detail: hostile, code: hostile, errors: [{ pointer: hostile, detail: hostile }] };

describe('what a server says reaches the terminal as text alone', () => {
  it.each([
    ['call', 200, trust, ['call', 'get-trust']],
    ['trust show', 200, wellFormed, ['trust', 'show']],
    ['a problem', 400, problem, ['call', 'get-trust']],
    ['JSON', 200, trust, ['call', 'get-trust', '--json']],
  ])('by %s', async (_what, status, answer, args) => {
    const { stdout, stderr } = await cli(...args, '--url', await serverThatSays(status, answer));
    expect(stdout + stderr).toContain('\\u001b]0;owned');
    expect(stdout + stderr).not.toMatch(controls);
    expect(stdout + stderr).not.toMatch(/^The pinned Root/m);
  });

  it('and as JSON it is still what the server said', async () => {
    const { stdout } = await cli('call', 'get-trust', '--json', '--url', await serverThatSays(200, trust));
    expect(JSON.parse(stdout)).toEqual(trust);
  });

  it('an option that was pasted with control characters does not reach it either', async () => {
    const { code, stderr } = await cli('call', 'get-trust', '--\u001b[2Jx');
    expect([code, stderr]).toEqual([2, expect.stringContaining("unknown option '--\\u001b[2Jx'")]);
  });
});

describe('--json gives one document, whatever happens', () => {
  let nowhere: string;
  beforeAll(() => {
    nowhere = join(newFolder(), 'nowhere');
  });

  it.each([
    ['a wrong option', 2, ['call', 'get-trust', '--json', '--urll', 'x'], { code: 'invalid-usage' }],
    ['no server', 2, ['call', 'get-trust', '--json'], { code: 'invalid-usage' }],
    ['no such profile', 2, ['alerts', 'list', '--json', '--profile', 'x'], { code: 'invalid-usage' }],
    [
      'a server that is not there',
      3,
      ['trust', 'show', '--json', '--url', 'http://127.0.0.1:6'],
      { code: 'unreachable' },
    ],
    [
      'a file that is not there',
      2,
      ['verify', 'x', '--json', '--root', '/nowhere/root.json'],
      { code: 'invalid-usage' },
    ],
    [
      'a file of sites that is not there',
      2,
      ['sites', 'import', '/nowhere/x.csv', '--json'],
      { code: 'invalid-usage' },
    ],
  ])('%s', async (_what, wanted, args, fault) => {
    const { code, stdout, stderr } = await run(['cli/license-server.ts', ...args], {
      LICENSE_SERVER_PROFILES: nowhere,
    });
    expect([code, JSON.parse(stdout)]).toEqual([wanted, { ...fault, detail: expect.any(String) }]);
    expect(stderr).not.toBe('');
  });

  it('the operations', async () => {
    const { stdout } = await cli('operations', '--json');
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ id: 'get-trust', method: 'GET' }));
  });

  it('a refusal that is no problem document', async () => {
    const url = await serverThatSays(404, { message: 'Not Found' });
    const { code, stdout } = await cli('trust', 'show', '--json', '--url', url);
    expect([code, JSON.parse(stdout)]).toEqual([1, { status: 404, message: 'Not Found' }]);
  });
});

describe('exit codes', () => {
  it.each([
    [429, { title: 'Too many requests', code: 'too-many-requests' }],
    [503, {}],
  ])('3 for a server that is unavailable (%i)', async (status, answer) => {
    const { code, stderr } = await cli('call', 'get-trust', '--url', await serverThatSays(status, answer));
    expect([code, stderr]).toEqual([3, expect.stringContaining(`Service unavailable (${status})`)]);
  });

  it('0 for help that was asked for, 2 for a command that there is not, with the one that was meant', async () => {
    expect((await cli('sites', 'import', '--help')).code).toBe(0);
    const command = await cli('call', 'get-turst');
    const option = await cli('call', 'get-site', '--site-idd', 'x');
    const group = await cli('verfy');
    expect([command.code, command.stderr]).toEqual([2, expect.stringContaining('Did you mean get-trust?')]);
    expect([option.code, option.stderr]).toEqual([2, expect.stringContaining('Did you mean --site-id?')]);
    expect([group.code, group.stderr]).toEqual([2, expect.stringContaining('Did you mean verify?')]);
  });
});

it.each([['--help'], ['operations'], ['call', 'make-coffee', '2>&1']])(
  'a reader that has gone is no fault of %s',
  async (...words) => {
    const script = `{ "$0" cli/license-server.ts ${words.join(' ')}; echo "$?" >&2; } | true`;
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stderr } = await promisify(execFile)('sh', ['-c', script, process.execPath], { cwd: project, env });
    expect(stderr).toBe(words[0] === 'call' ? '2\n' : '0\n');
  },
);

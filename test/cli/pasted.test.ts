import { execFile } from 'node:child_process';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { commandGroups } from '../../cli/commands/groups.ts';
import { root, StartFixture } from '../local/start-fixture.ts';
import { newFolder } from './cli-fixture.ts';

// Each test starts processes, and the machine may be busy.
function examplesOf(command: Command): string[] {
  if (command.commands.length > 0) return command.commands.flatMap(examplesOf);
  let help = '';
  command.configureOutput({
    writeOut: text => {
      help += text;
    },
  });
  command.outputHelp();
  return [/\nExample:\n {2}(license-server .+)\n?$/.exec(help)?.[1] ?? ''];
}

/** Those that need no id, no AWS, no file but the Root, and no patience. */
const examples = commandGroups
  .flatMap(group => examplesOf(group()))
  .filter(example => /^license-server (call|sign|key|operations|trust|alerts|local) ?/.test(example))
  .filter(example => !/[<@]|local tick/.test(example));

describe('the examples of the help', () => {
  const fixture = new StartFixture();
  const folder = newFolder();
  beforeAll(async () => {
    const data = fixture.newFolder();
    // The help shows a time of this machine's clock.
    await fixture.start(data, [], { START_DATE: '' });
    symlinkSync(data, join(folder, '.local'));
    copyFileSync(join(data, 'keys/root.jwk.json'), join(folder, 'root.jwk.json'));
  });
  afterAll(() => fixture.close());

  it('are many', () => {
    expect(examples.length).toBeGreaterThan(15);
  });

  it.each(examples)('%s works when it is pasted', async example => {
    const script = `license-server() { "$0" ${root}cli/license-server.ts "$@"; }; ${example}`;
    const env = { ...process.env, NODE_OPTIONS: '', no_proxy: '127.0.0.1', HOME: folder };
    const { code, stderr } = await promisify(execFile)('bash', ['-c', script, process.execPath], {
      cwd: folder,
      env,
    }).then(
      done => ({ ...done, code: 0 }),
      failed => failed,
    );
    // 1: what the example names is not there; the server has understood it.
    expect([code, stderr]).toEqual([code === 1 ? 1 : 0, expect.not.stringContaining('invalid-request')]);
  });
});

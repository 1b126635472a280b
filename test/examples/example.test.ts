import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from '@jest/globals';
import { isoTime } from '../../domain/kernel/time.ts';
import { processesOf, run } from '../local/start-fixture.ts';
import { firstMoment } from '../support/server/first-moment.ts';

it('npm run example tells its story to the end, ends with 0, and leaves nothing behind', async () => {
  const { code, stdout } = await run(['examples/run.ts'], { START_DATE: isoTime(firstMoment) });
  expect(stdout).not.toContain('✘');
  expect(stdout).toMatch(/All 15 steps succeeded/);
  expect(stdout.match(/✔/g)).toHaveLength(15);
  expect(code).toBe(0);
  const [folder = ''] = /license-server-example-\w+/.exec(stdout) ?? [];
  expect(readdirSync(tmpdir())).not.toContain(folder);
  expect(processesOf(folder)).toEqual([]);
});

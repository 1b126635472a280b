import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commitHash } from './commit.ts';
import { requirePrograms } from './programs.ts';

/** What the system clock shows to every process of the tests, by libfaketime, in which zone, and where the clocks of the tests start. */
const dates = [
  { system: '2026-11-30T15:30:00Z', zone: 'America/St_Johns', start: '2028-02-29' },
  { system: '2026-12-31T23:50:00Z', zone: 'UTC', start: '2027-01-01' },
  { system: '2028-02-29T08:00:00Z', zone: 'Pacific/Kiritimati', start: '2026-12-31' },
  { system: '2027-04-01T02:30:00Z', zone: 'America/St_Johns', start: '2027-04-10' },
];

/** A run takes one of so many parts of the tests, so that it is short. */
const shards = 8;

/**
 * Timers go by the monotonic clock, which stays as it is. Without the last setting, libfaketime 0.9.10 makes the waits of Java too long.
 */
const timers = { DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_FORCE_MONOTONIC_FIX: '0' };

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
requirePrograms('faketime', 'python3');
const path = `${pythonFolder()}${delimiter}${process.env.PATH}`;
const commit = Number.parseInt(commitHash().slice(0, 8), 16);
const chosen = dates[commit % dates.length];
const failed = (values.all ? dates : dates.filter(date => date === chosen)).filter(date => !passes(date));
process.exit(failed.length > 0 ? 1 : 0);

/** Returns a folder with a `python3` whose `time.sleep` does not fail with EINVAL, as under libfaketime 0.9.10. */
function pythonFolder(): string {
  const folder = resolve('build/suite-dates');
  const python = execFileSync('sh', ['-c', 'command -v python3'], { encoding: 'utf8' }).trim();
  const shell = `#!/bin/sh\nPYTHONPATH="${folder}:$PYTHONPATH" exec ${python} "$@"\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'python3'), shell, { mode: 0o755 });
  const sleep = 'import select, time\ntime.sleep = lambda seconds: select.select([], [], [], seconds)\n';
  writeFileSync(join(folder, 'sitecustomize.py'), sleep);
  return folder;
}

function passes({ system, zone, start }: (typeof dates)[number]): boolean {
  const shard = values.all ? [] : [`--shard=${1 + (Math.floor(commit / dates.length) % shards)}/${shards}`];
  console.log(`System clock ${system}, zone ${zone}, START_DATE ${start}${shard.map(text => `, ${text}`).join('')}`);
  const env = { ...process.env, ...timers, PATH: path, TZ: zone, START_DATE: start };
  // An offset, not an instant: an instant is where the clock of each new process starts, later than the clocks of those that started it.
  const offsetSeconds = Math.round((Date.parse(system) - Date.now()) / 1000);
  const offset = `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}`;
  const command = ['-f', offset, 'npm', 'test', '--silent', '--', '--ci', '--silent', ...shard];
  return spawnSync('faketime', command, { env, stdio: 'inherit' }).status === 0;
}

import { spawnSync } from 'node:child_process';

/** Times at which a calendar changes, and one at which it does not. */
const starts = ['2026-12-31', '2027-01-01', '2027-04-10', '2028-02-29', '2026-11-30T23:59:50Z', '2026-08-15'];

/** The zone with the latest date, one with an offset of half an hour, and UTC. */
const zones = ['Pacific/Kiritimati', 'America/St_Johns', 'UTC'];

const programs = [['local/demo.ts', 'all'], ['examples/run.ts']];

const runs = programs.flatMap((program, shift) =>
  starts.map((start, i) => ({ program, start, zone: zones[(i + shift) % zones.length] ?? 'UTC' })),
);

const results = runs.map(run => ({ ...run, ...execute(run) }));
const failed = results.filter(({ passed }) => !passed);
console.log(`${results.length - failed.length} of ${results.length} runs passed.`);
process.exit(failed.length > 0 ? 1 : 0);

function execute({ program, start, zone }: (typeof runs)[number]): { passed: boolean } {
  const env = { ...process.env, START_DATE: start, TZ: zone };
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { env, encoding: 'utf8' });
  const passed = status === 0;
  const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(4);
  console.log(
    `${passed ? 'passed' : 'FAILED'} ${seconds} s  ${program.join(' ').padEnd(18)} ${start.padEnd(21)} ${zone}`,
  );
  if (!passed) console.log(`${stdout}${stderr}`.split('\n').slice(-25).join('\n'));
  return { passed };
}

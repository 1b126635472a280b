import { run } from './start-fixture.ts';

describe('npm run demo', () => {
  it.each([
    ['keys', 'the last day of a year', '2026-12-31', 19],
    ['quarter', 'a leap day, less than 37 days before the end of the quarter', '2028-02-29', 9],
    ['rotation', 'a month before the end of a year, before midnight', '2026-11-30T23:59:59Z', 5],
  ])(
    'runs the chapter %s on a new server and exits with 0, started on %s',
    async (chapter, _day, START_DATE, steps) => {
      const { code, stdout } = await run(['local/demo.ts', chapter], { START_DATE });
      expect(stdout).toContain(`All ${steps} steps succeeded`);
      expect(stdout.match(/✔/g)).toHaveLength(steps);
      expect(stdout).not.toContain('✘');
      expect(code).toBe(0);
    },
  );

  it('exits with 1 and names last the step that failed and its cause', async () => {
    const liar = `data:text/javascript,
      const real = globalThis.fetch;
      globalThis.fetch = async (url, init) => {
        const response = await real(url, init);
        if (!String(url).endsWith('/v1/validity')) return response;
        return new Response((await response.text()).replace('key-superseded', 'key-unknown'), response);
      };`.replaceAll('\n', ' ');
    const { code, stdout } = await run(['--import', liar, 'local/demo.ts'], { START_DATE: '2027-05-05' });
    expect(code).toBe(1);
    const [, last = ''] = stdout.split('The last log entries of the server:');
    expect(last).toMatch(/\nStep 10 failed: Boost promotes its dev site.*\nExpected values to be/);
    expect(last).toMatch(/'key-unknown'[^{}]*$/);
  });

  it.each([
    ['the demo', 'local/demo.ts'],
    ['the example', 'examples/run.ts'],
    ['npm start', 'local/start.ts'],
  ])('%s refuses a START_DATE that is none', async (_name, program) => {
    const { code, stdout, stderr } = await run([program], { START_DATE: '29.02.2028' });
    expect([code, stdout + stderr]).toEqual([
      1,
      expect.stringMatching(/START_DATE "29\.02\.2028" is invalid: expected/),
    ]);
  });
});

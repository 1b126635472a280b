import { jest } from '@jest/globals';
import { run } from './start-fixture.ts';

// Each test starts processes, and the machine may be busy.
jest.setTimeout(240_000);

describe('npm run demo', () => {
  it('tells its story to the end and ends with 0', async () => {
    const { code, stdout } = await run(['local/demo.ts']);
    expect(stdout).toMatch(/All 33 steps did what they say/);
    expect(stdout.match(/✔/g)).toHaveLength(33);
    expect(stdout).not.toContain('✘');
    expect(code).toBe(0);
  });

  it('names the step that fails and ends with 1', async () => {
    const liar = `data:text/javascript,
      const real = globalThis.fetch;
      globalThis.fetch = async (url, init) => {
        const response = await real(url, init);
        if (!String(url).endsWith('/v1/validity')) return response;
        return new Response((await response.text()).replace('key-superseded', 'key-unknown'), response);
      };`.replaceAll('\n', ' ');
    const { code, stdout } = await run(['--import', liar, 'local/demo.ts']);
    expect(code).toBe(1);
    expect(stdout).toContain('Step 10 did not do what it says: Boost promotes its dev site');
  });
});

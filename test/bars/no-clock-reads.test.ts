import { describe, expect, it } from '@jest/globals';
import { languages, readsOf } from '../support/clock-reads.ts';

/** Every read of this machine's clock, and why it is one. What is not in this list gets a clock from its caller. */
const allowed = {
  // The product: what runs in the cloud or at a customer lives by the clock of its machine, by one default each.
  'lambdas/platform/kernel/system-runtime.ts': [1, 'the clock of a deployed function'],
  'lambdas/platform/background/invoked.ts': [1, 'a deployed function'],
  'lambdas/platform/request/serve.ts': [1, 'a deployed function'],
  'client-secrets/rotation.ts': [1, 'a deployed function'],
  'sdk/client.ts': [1, 'default of an argument'],
  'sdk/guard/license-guard.ts': [1, 'default of an argument'],
  'sdk/sign-request.ts': [1, 'default of an argument'],
  'sdk/start/preflight.ts': [1, 'the time of a note that is written to find out whether it can be'],
  'sdk/verify.ts': [1, 'default of an argument'],
  'sdk/verify-verdict.ts': [1, 'default of an argument'],
  'cli/clock.ts': [1, 'moved by LICENSE_SERVER_CLOCK_AHEAD'],
  'cli/exit.ts': [1, 'a message that compares the clock of this machine with that of the server'],
  'scripts/runbook/replace-operator-key.ts': [1, 'a tool for the deployed table'],
  'docs/examples/LicenseClient.java': [1, 'moved by LICENSE_SERVER_CLOCK_AHEAD'],
  'docs/examples/refresh-key.sh': [1, 'moved by LICENSE_SERVER_CLOCK_AHEAD'],
  'docs/examples/signed-request.sh': [1, 'moved by LICENSE_SERVER_CLOCK_AHEAD'],
  'docs/examples/signed_request.py': [1, 'moved by LICENSE_SERVER_CLOCK_AHEAD'],
  'docs/examples/verify-key.sh': [1, 'moved by LICENSE_SERVER_CLOCK_AHEAD'],
  'docs/examples/verify_key.py': [1, 'moved by LICENSE_SERVER_CLOCK_AHEAD'],
  // The local run: START_DATE or a moved clock takes the place of the machine's.
  'examples/clock.ts': [2, 'moved by the clock file of the local server'],
  'local/demo.ts': [1, 'where START_DATE is not set'],
  'local/demo/by-curl.ts': [1, 'the distance to the clock of the story'],
  'local/movable-clock.ts': [3, 'the distance to the clock that is moved'],
  'local/local-deployment.ts': [1, 'default of an argument'],
  'local/aws/server.ts': [1, 'default of an argument'],
  'local/gateway.ts': [1, 'the time of a request, which no handler reads'],
  'local/server-log.ts': [1, 'the time of a line in a log'],
  // Tests and bench.
  'bench/run.ts': [2, 'the date of the report; its bundles run as processes, by the clock of this machine'],
  'scripts/independent/schemathesis/hooks.py': [1, 'signs for a server that goes by the clock of this machine'],
  'scripts/independent/suite-dates.ts': [1, 'the distance to the clock that libfaketime shows'],
  'test/platform/aws/aws-fault.test.ts': [1, 'how long a deployed function waits for AWS; its clock is not read'],
  'test/lib/policies.test.ts': [1, 'a runtime around settings; its clock is not read'],
  'test/bars/roles-by-path.test.ts': [1, 'a runtime around settings; its clock is not read'],
  'test/time-limits.test.ts': [1, 'a sample of what the test must find'],
  'test/local/advance-clock.test.ts': [1, 'the clock under test goes as the machine does'],
  'test/support/clients/clock-ahead.ts': [1, 'the distance of a program of its own to the clock of a test'],
  'test/support/server/function-runtime.mjs': [2, 'the distance of a function of its own to the clock of a test'],
} as const satisfies Record<string, readonly [count: number, reason: string]>;

describe('R26: nothing depends on the date of the run', () => {
  it('the clock of the machine is read where the list says, and nowhere else', () => {
    expect(readsOf('clock')).toEqual(
      Object.fromEntries(Object.entries(allowed).map(([file, [count]]) => [file, count])),
    );
  });

  it('the time zone of the machine is used nowhere', () => {
    expect(readsOf('zone')).toEqual({});
  });

  it.each([
    [
      '.ts',
      'clock',
      ['Date.now()', 'now = Date.now', 'new Date()', 'String(Date())', 'systemRuntime.now', 'on(systemRuntime)'],
    ],
    ['.ts', 'zone', ['at.getFullYear()', 'at.setHours(0)', 'at.toLocaleDateString()', 'new Date(2026, 0, 1)']],
    ['.py', 'clock', ['time.time()', 'datetime.now(timezone.utc)', 'date.today()', 'datetime.utcnow()']],
    ['.py', 'zone', ['time.localtime(at)', 'datetime.fromtimestamp(at)', 'time.mktime(t)']],
    ['.java', 'clock', ['Instant.now()', 'LocalDate.now()', 'System.currentTimeMillis()']],
    ['.java', 'zone', ['ZoneId.systemDefault()', 'new SimpleDateFormat("yyyy")']],
    ['.sh', 'clock', ['at=$(date +%s)', 'at=`date -u`', 'date']],
    ['.sh', 'zone', ['$(date +%F)', '`date -d tomorrow`']],
  ] as const)('the scan of %s finds each way to read the %s', (extension, what, lines) => {
    expect(lines.filter(line => [...line.matchAll(languages[extension][what])].length !== 1)).toEqual([]);
  });

  it.each([
    [
      '.ts',
      'clock',
      [
        'new Date(at * 1000)',
        'Date.UTC(2026, 0)',
        "import { systemRuntime } from './system-runtime.ts'",
        'performance.now()',
      ],
    ],
    ['.ts', 'zone', ['at.getUTCFullYear()', 'at.toISOString()', 'new Date(at)']],
    ['.py', 'zone', ['datetime.fromtimestamp(at, timezone.utc)']],
    ['.sh', 'zone', ['$(date +%s)', '$(date -u +%F)']],
  ] as const)('the scan of %s takes nothing else for a read of the %s', (extension, what, lines) => {
    expect(lines.filter(line => languages[extension][what].exec(line))).toEqual([]);
  });
});

import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { verifyStatement } from '../../../domain/billing/statement/verify-statement.ts';
import { checkSignature } from '../../../lambdas/platform/kernel/check-signature.ts';
import { divertOutput } from '../../../local/server-log.ts';
import { startStreamPump } from '../../../local/stream-pump.ts';
import { tableName } from '../../../local/table.ts';
import type { AwsCall } from '../../../test/support/aws/meter.ts';
import { runFunction } from '../../../test/support/server/functions.ts';
import { startServer, type TestServer } from '../../../test/support/server/server.ts';
import { finishQuarter, folderOf } from '../../../test/support/vectors/stated-quarter.ts';

const inMoto =
  /^(Sign|CreateKey|CreateAlias|DescribeKey|GetPublicKey|GetSecretValue|PutSecretValue|Publish|SendMessage|GetQueueAttributes|PutObject|GetObject)Command$/;

/** The path of a customer through KMS, Secrets Manager, SNS, SQS and S3: create, refresh, check, statement. */
divertOutput(text => text.startsWith('{') || writeSync(process.stdout.fd, text));
const server = await startServer();
const pump = await startStreamPump({ runtime: server.world.runtime, tableName });
try {
  await keysOfSite(server);
  await statementOfQuarter(server);
  await sendDeadLetter(server);
  console.log(`Covered on the endpoints of the environment:\n  ${covered(server.meter.calls).join('\n  ')}`);
} finally {
  await pump.close();
  await server.close();
}

/** Keys that KMS has signed: for the right site, and superseded by a refresh. */
async function keysOfSite({ hwf }: TestServer): Promise<void> {
  const { enterpriseId } = await hwf.call('create-enterprise', {});
  const { siteId, key: first } = await hwf.call('create-site', { enterpriseId, siteRef: 'MOTO', state: 'active' });
  const { key } = await hwf.call('refresh-key', { siteId, key: first });
  assert.equal((await hwf.call('check-validity', { key })).valid, true);
  const superseded = await hwf.call('check-validity', { key: first });
  assert.deepEqual([superseded.valid, superseded.valid ? '' : superseded.reason], [false, 'key-superseded']);
}

/** A statement in S3, verified under the Root whose key is in KMS, and announced by SNS to a queue. */
async function statementOfQuarter(server: TestServer): Promise<void> {
  const { quarter } = await finishQuarter(server);
  await runFunction(server, 'make-statements');
  const pin = { jwk: server.world.root };
  const { findings } = await verifyStatement(await folderOf(server, quarter, 1), pin, checkSignature);
  assert.deepEqual(findings, []);
  await pump.drain();
  await server.world.notices.collect();
  const subjects = (topic: 'alerts' | 'finance') => server.world.notices.delivered(topic).map(({ subject }) => subject);
  assert.match(subjects('finance').join('\n'), new RegExp(`${quarter} r1`));
  assert.match(subjects('alerts').join('\n'), /Counts differ/);
}

/** A record that no consumer can process reaches the dead-letter queue, and is counted there. */
async function sendDeadLetter(server: TestServer): Promise<void> {
  await runFunction(server, 'write-audit', { Records: [{ dynamodb: 'no record' }] });
  await server.world.notices.collect();
  assert.equal(server.world.notices.deadLetters().length, 1);
}

/** What was called, and how often. */
function covered(calls: readonly AwsCall[]): string[] {
  const mine = calls.filter(({ command }) => inMoto.test(command));
  const byCommand = [...Map.groupBy(mine, ({ command }) => command.replace('Command', ''))];
  return byCommand.map(([command, all]) => `${String(all.length).padStart(4)} ${command}`).sort();
}

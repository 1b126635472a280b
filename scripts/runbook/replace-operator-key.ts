import { generateKeyPairSync } from 'node:crypto';
import { ApplicationJwk, applicationKey, assertRegistered, rotateKey } from '../../domain/identity/application.ts';
import { AppId, OrgId, subjectOf } from '../../domain/kernel/ids.ts';
import { writeSecret } from '../../lambdas/platform/aws/secrets.ts';
import { dynamoApplications } from '../../lambdas/platform/identity/applications.ts';
import type { Runtime } from '../../lambdas/platform/kernel/runtime.ts';
import { systemRuntime } from '../../lambdas/platform/kernel/system-runtime.ts';

/**
 * Replaces the lost key of an Org's first operator: in Secrets Manager, where an administrator of the account reads it, and in the
 * table, with its audit event. The old key is invalid immediately.
 * @param runtime with TABLE_NAME and SECRET_PREFIX among its settings
 * @returns the keyid of the new key
 */
export async function replaceOperatorKey(runtime: Runtime, org: OrgId): Promise<string> {
  const applications = dynamoApplications(runtime);
  const before = assertRegistered(await applications.findNow(org, AppId.parse('operator')));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const fresh = await applicationKey(org, before.app, ApplicationJwk.parse(publicKey.export({ format: 'jwk' })));
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  await writeSecret(runtime, `operator/${org}`, JSON.stringify({ keyid: fresh.keyid, privateKey: pem }));
  const at = runtime.now();
  const actor = subjectOf.application(org, before.app);
  await applications.record(
    before,
    { ...rotateKey(before, fresh, at, 0), status: 'live' },
    {
      operation: 'replace-operator-key',
      actor,
      at,
      requestId: 'runbook',
    },
  );
  return fresh.keyid;
}

if (import.meta.main) {
  const keyid = await replaceOperatorKey(systemRuntime, OrgId.parse(process.argv[2]));
  console.log(
    `${keyid} is registered; its private key is in Secrets Manager (docs/deploy.md, "Fetch the operator's key")`,
  );
}

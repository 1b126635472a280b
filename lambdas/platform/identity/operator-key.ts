import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import * as z from 'zod';
import { ApplicationJwk, type ApplicationKey, applicationKey } from '../../../domain/identity/application.ts';
import type { AppId, OrgId } from '../../../domain/kernel/ids.ts';
import { readSecret, writeSecret } from '../aws/secrets.ts';
import type { Runtime } from '../kernel/runtime.ts';

/** Content of the operator's secret: what the command line needs to sign. */
const OperatorSecret = z.object({ keyid: z.string(), privateKey: z.string() });

/**
 * Returns the key of an Org's first operator. The first call generates it; the private key is stored in Secrets Manager only. Later
 * calls read the existing one.
 */
export async function operatorKey(runtime: Runtime, org: OrgId, app: AppId): Promise<ApplicationKey> {
  const known = await readSecret(runtime, `operator/${org}`);
  if (known) return await publicHalf(org, app, OperatorSecret.parse(JSON.parse(known)).privateKey);
  const { privateKey: made } = generateKeyPairSync('ed25519');
  const privateKey = made.export({ format: 'pem', type: 'pkcs8' }).toString();
  const key = await publicHalf(org, app, privateKey);
  await writeSecret(runtime, `operator/${org}`, JSON.stringify({ keyid: key.keyid, privateKey }));
  return key;
}

async function publicHalf(org: OrgId, app: AppId, privateKey: string): Promise<ApplicationKey> {
  const jwk = createPublicKey(createPrivateKey(privateKey)).export({ format: 'jwk' });
  return await applicationKey(org, app, ApplicationJwk.parse(jwk));
}

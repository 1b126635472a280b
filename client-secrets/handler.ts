import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { createRotation } from './rotation.ts';

const PublicKey = z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string() });

/** Settings from the environment, without secrets: the Root's public key, and the name of the secret with the profile. */
const settings = z
  .object({
    LICENSE_ROOT: z.string().transform(text => z.array(PublicKey).min(1).parse(JSON.parse(text))),
    LICENSE_PROFILE: z.string().min(1),
  })
  .parse(process.env);

const rotate = createRotation({
  secrets: new SecretsManager({
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  }),
  profile: settings.LICENSE_PROFILE,
  root: settings.LICENSE_ROOT,
  // Lambda prefixes console lines with time and request id, so that the metric filter of the alarm would not match JSON.
  log: line => process.stdout.write(`${JSON.stringify(line)}\n`),
});

interface Context {
  readonly invokedFunctionArn: string;
}

export async function handler(event: unknown, { invokedFunctionArn }: Context): Promise<void> {
  await rotate(event, invokedFunctionArn);
}

import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { setting } from '../kernel/settings.ts';
import { clientSettings } from './client-settings.ts';

const client = perRuntime((runtime: Runtime) => {
  const made = new SecretsManagerClient(clientSettings(runtime));
  runtime.instrument(made.middlewareStack);
  return made;
});

/** Name of a secret in Secrets Manager; the stack creates the secrets empty. */
export type SecretName = `responder/${string}` | `operator/${string}`;

function secretId(runtime: Runtime, name: SecretName): string {
  return `${setting(runtime, 'SECRET_PREFIX')}/${name}`;
}

/** @returns undefined while it was never written */
export async function readSecret(runtime: Runtime, name: SecretName): Promise<string | undefined> {
  try {
    const { SecretString } = await client(runtime).send(
      new GetSecretValueCommand({ SecretId: secretId(runtime, name) }),
    );
    return SecretString;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

export async function writeSecret(runtime: Runtime, name: SecretName, SecretString: string): Promise<void> {
  await client(runtime).send(new PutSecretValueCommand({ SecretId: secretId(runtime, name), SecretString }));
}

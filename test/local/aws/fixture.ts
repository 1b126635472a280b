import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type LocalAws, type LocalAwsOptions, startAws } from '../../../local/aws/server.ts';

export interface Fixture {
  readonly aws: LocalAws;
  readonly kms: KMSClient;
  readonly secrets: SecretsManagerClient;
  readonly lambda: LambdaClient;
  readonly clock: { nowMs: number };
  close(): Promise<void>;
}

/** The local services with a clock that stands still, and real SDK clients which do not retry. */
export async function startFixture(options: LocalAwsOptions = {}): Promise<Fixture> {
  const clock = { nowMs: Date.parse('2026-11-21T10:00:00Z') };
  const aws = await startAws({ now: () => clock.nowMs, ...options });
  const config = {
    endpoint: aws.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const clients = {
    kms: new KMSClient(config),
    secrets: new SecretsManagerClient(config),
    lambda: new LambdaClient(config),
  };
  return {
    aws,
    ...clients,
    clock,
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await aws.close();
    },
  };
}

export const dayMs = 86_400_000;

import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { createRotation } from '../../client-secrets/rotation.ts';
import { startAws } from '../../local/aws/server.ts';
import type { KeyStore, RootJwk } from '../../sdk/index.ts';
import { createSecretsManagerStore } from '../../sdk/stores/secrets-manager-store.ts';

/** AWS account of HWF, independent of the license server. */
export interface HwfAccount {
  readonly endpoint: string;
  /** Outputs of `LicenseClientSecrets`: `keys.store.prefix`, `keys.store.functionArn`. */
  readonly prefix: string;
  readonly functionArn: string;
  readonly store: KeyStore;
  /** Returns the names and values of the secrets. */
  secrets(): Promise<ReadonlyMap<string, string>>;
  /** Returns the log of the rotation function. */
  rotationLog(): string;
  close(): Promise<void>;
}

export interface HwfAccountSettings {
  readonly root: RootJwk;
  /** Profile of HWF for the rotation function: a secret that HWF itself never reads. */
  readonly profile: { readonly url: string; readonly keyid: string; readonly privateKey: string };
  /** Returns the time in seconds since 1970. */
  readonly now: () => number;
}

const prefix = 'license/hwf/';
const profileName = 'license-profile/hwf';
const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:license-keys-hwf';

/** Creates on this machine what `LicenseClientSecrets` deploys: Secrets Manager and its rotation function. */
export async function openHwfAccount({ root, profile, now }: HwfAccountSettings): Promise<HwfAccount> {
  const lines: string[] = [];
  const aws = await startAws({ now: () => now() * 1000 });
  const credentials = { accessKeyId: 'hwf', secretAccessKey: 'local' };
  const client = new SecretsManager({ endpoint: aws.endpoint, region: 'eu-central-1', credentials });
  await client.createSecret({ Name: profileName, SecretString: JSON.stringify(profile) });
  const rotate = createRotation({
    secrets: client,
    profile: profileName,
    root,
    now,
    log: line => lines.push(JSON.stringify(line)),
  });
  aws.setFunction('license-keys-hwf', async event => await rotate(event, functionArn));
  return {
    endpoint: aws.endpoint,
    prefix,
    functionArn,
    store: createSecretsManagerStore(client, { prefix }),
    async secrets() {
      const { SecretList = [] } = await client.listSecrets({ MaxResults: 100 });
      const values = SecretList.map(async ({ Name = '' }): Promise<[string, string]> => {
        return [Name, (await client.getSecretValue({ SecretId: Name })).SecretString ?? ''];
      });
      return new Map(await Promise.all(values));
    },
    rotationLog: () => lines.join('\n'),
    async close() {
      await aws.secrets.rotationsSettled();
      await aws.close();
    },
  };
}

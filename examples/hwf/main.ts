import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { createSecretsManagerStore } from '../../sdk/stores/secrets-manager-store.ts';
import { openLicense, startOrSayWhy } from '../license-settings.ts';
import { startHwf } from './service.ts';

/** HWF's keys and its guard's memory are in AWS Secrets Manager, and nowhere else; it also refreshes the keys. */
await startOrSayWhy(async () => {
  const { SECRETS_PREFIX: prefix = 'license/hwf/', ROTATION_FUNCTION: functionArn } = process.env;
  const store = createSecretsManagerStore(new SecretsManager({ maxAttempts: 2 }), {
    prefix,
    tags: { application: 'hwf' },
    ...(functionArn && { rotation: { functionArn } }),
  });
  return await startHwf(await openLicense('hub/hwf', store));
});

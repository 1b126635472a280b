import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { createSecretsManagerStore } from '../../sdk/stores/secrets-manager-store.ts';
import { openLicense, startOrExit } from '../license-settings.ts';
import { startHwf } from './service.ts';

/** Starts HWF, which stores its keys and the state of its guard in AWS Secrets Manager; it also rotates the keys. */
await startOrExit(async () => {
  const { SECRETS_PREFIX: prefix = 'license/hwf/', ROTATION_FUNCTION: functionArn } = process.env;
  const store = createSecretsManagerStore(new SecretsManager({ maxAttempts: 2 }), {
    prefix,
    tags: { application: 'hwf' },
    ...(functionArn && { rotation: { functionArn } }),
  });
  return await startHwf(await openLicense('hub/hwf', store));
});

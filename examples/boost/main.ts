import { openFileStore } from '../../sdk/stores/file-store.ts';
import { openLicense, startOrSayWhy } from '../license-settings.ts';
import { startBoost } from './service.ts';

/** Boost is on-prem, without AWS: its keys are files that only its user may read. */
await startOrSayWhy(async () => {
  const store = await openFileStore(process.env.KEYS_FOLDER ?? '/var/lib/boost/keys');
  return await startBoost(await openLicense('hub/boost', store));
});

import { openFileStore } from '../../sdk/stores/file-store.ts';
import { openLicense, startOrExit } from '../license-settings.ts';
import { startBoost } from './service.ts';

/** Starts Boost: on-premises, without AWS; its keys are files of mode 0600. */
await startOrExit(async () => {
  const store = await openFileStore(process.env.KEYS_FOLDER ?? '/var/lib/boost/keys');
  return await startBoost(await openLicense('hub/boost', store));
});

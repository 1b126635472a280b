// biome-ignore-all lint/performance/noBarrelFile: the entry point of a published package; bundlers take only what is used (sideEffects: false)
export * from './calls.ts';
export { type Admission, type Admitted, LicenseRefusedError, type Refused } from './guard/admission.ts';
export type { InvalidKeyAlert, SendAlert } from './guard/key-alerts.ts';
export { createLicenseGuard, type LicenseGuard, type LicenseGuardSettings } from './guard/license-guard.ts';
export { createKeyring, type HeldKey, type Keyring, type KeyringSettings } from './keys/keyring.ts';
export { createReporter, type ManifestCounters, type Reporter, type ReporterSettings } from './reporter/reporter.ts';
export { ConfigurationError } from './start/configuration-error.ts';
export { type PreflightSettings, preflight } from './start/preflight.ts';
export { type StoredSigningKey, storedSigningKey } from './start/stored-signing-key.ts';
export { type KeyStore, type StoredRecord, StoreError } from './stores/key-store.ts';
export { createMemoryStore } from './stores/memory-store.ts';
export * from './verification.ts';

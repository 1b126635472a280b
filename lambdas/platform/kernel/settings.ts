import type { KeyRings } from '../../../domain/trust/key-ring.ts';
import type { Runtime } from './runtime.ts';

/** The names of every setting that a function may be given. `lib/` sets them, adapters read them. */
export const settings = [
  'TABLE_NAME',
  'STAGE',
  'ORGS',
  'KEY_RINGS',
  'ROOT_KEYS',
  'ROOT_KEY_IDS',
  'ORG_KEY_IDS',
  'CERTIFIER_FUNCTION',
  'TRUST_FUNCTION',
  'STATEMENT_FUNCTION',
  'ENTERPRISE_KEY_ADMINS',
  'ENTERPRISE_KEY_SIGNERS',
  'ENTERPRISE_KEY_ROLES',
  'SECRET_PREFIX',
  'ALERTS_TOPIC',
  'FINANCE_TOPIC',
  'DEAD_LETTER_QUEUE',
  'EXPORTS_BUCKET',
] as const;
export type Setting = (typeof settings)[number];

/** @throws when the setting is missing: a function without its settings must not start */
export function setting(runtime: Runtime, name: Setting): string {
  const value = runtime.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/**
 * Returns the settings of every function that verifies. The generations are literals, so that the template of each stack changes with
 * each step of a rotation and its functions are deployed again. The keys themselves are references (docs/adr/0018).
 * @param rootKeys the ring of keys that the trust set-up has answered, or a reference to it
 */
export function settingsToVerify(rings: KeyRings, rootKeys: string) {
  return { KEY_RINGS: JSON.stringify(rings), ROOT_KEYS: rootKeys } as const satisfies Partial<Record<Setting, string>>;
}

import { type AppId, KeyId, type OrgId } from '../kernel/ids.ts';

const thumbprintLength = 22;

/** Returns the name of a public key: whose it is, and the beginning of its thumbprint. */
export function keyIdOf(org: OrgId, app: AppId, jkt: string): KeyId {
  return KeyId.parse(`${org}.${app}.${jkt.slice(0, thumbprintLength)}`);
}

/** Returns whether a keyid is that of the application and the thumbprint. */
export function isKeyOf(org: OrgId, app: string, { keyid, jkt }: { keyid: KeyId; jkt: string }): boolean {
  return keyid === `${org}.${app}.${jkt.slice(0, thumbprintLength)}`;
}

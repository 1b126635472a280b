import type { Construct } from 'constructs';
import { aliasSuffix, type KeyRing, mapRing, membersOf, type Ring } from '../../domain/trust/key-ring.ts';
import type { RoleKind } from '../functions/role-kind.ts';
import type { StageSettings } from '../stages.ts';
import { SigningKey } from './signing-key.ts';

export interface KeyGenerationsProps {
  readonly stage: StageSettings;
  readonly ring: KeyRing;
  /** after `license-server/<stage>/`, before the number */
  readonly alias: string;
  readonly description: string;
  /** sign with the current one, and with no other */
  readonly signers: RoleKind;
}

/**
 * Returns the keys of one ring. The first generation keeps the id and the alias without a number; a generation that leaves the ring leaves the
 * stack, which outside dev retains the key itself.
 */
export function createGenerations(scope: Construct, id: string, props: KeyGenerationsProps): Ring<SigningKey> {
  const { stage, ring, alias, description, signers } = props;
  const made = new Map(
    membersOf(ring).map(({ role, member }) => [
      member,
      new SigningKey(scope, member === 1 ? id : `${id}-${member}`, {
        stage,
        alias: `${alias}${aliasSuffix(member)}`,
        description: member === 1 ? description : `${description}, generation ${member}`,
        ...(role === 'current' && { signers }),
      }),
    ]),
  );
  return mapRing(ring, generation => {
    const key = made.get(generation);
    if (!key) throw new Error(`Generation ${generation} of ${id} is not in its ring.`);
    return key;
  });
}

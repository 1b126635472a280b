import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { mapRing, membersOf, type Ring } from '../../domain/trust/key-ring.ts';
import { signingConditions } from '../../lambdas/platform/kernel/signing-key-policy.ts';
import type { Right } from '../functions/right.ts';
import type { SigningKey } from './signing-key.ts';

/** Keys of the Orgs, each with the name of its Org. */
export type OrgKeys = readonly (readonly [org: string, keys: Ring<SigningKey>])[];

/** Returns the right to sign with the current key of every Org, and to read its public half. */
export function rightToSignAsOrg(scope: Construct, orgKeys: OrgKeys): Right {
  const current = orgKeys.map(([, { current: key }]) => key);
  return { statements: [sign(current), readPublicKeys(current)], settings: orgKeyIds(scope, orgKeys) };
}

/** Returns the right to sign with the Root's current key, and to read the public halves of all that it certifies. */
export function rightToSignAsRoot(scope: Construct, rootKeys: Ring<SigningKey>, orgKeys: OrgKeys): Right {
  const every = [rootKeys, ...orgKeys.map(([, keys]) => keys)].flatMap(membersOf).map(({ member }) => member);
  return {
    statements: [sign([rootKeys.current]), readPublicKeys(every)],
    settings: { ROOT_KEY_IDS: Stack.of(scope).toJsonString(arnsOf(rootKeys)), ...orgKeyIds(scope, orgKeys) },
  };
}

function sign(keys: readonly SigningKey[]): PolicyStatement {
  const resources = keys.map(({ keyArn }) => keyArn);
  return new PolicyStatement({ actions: ['kms:Sign'], resources, conditions: { StringEquals: signingConditions } });
}

function readPublicKeys(keys: readonly SigningKey[]): PolicyStatement {
  return new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: keys.map(({ keyArn }) => keyArn) });
}

function orgKeyIds(scope: Construct, orgKeys: OrgKeys) {
  return {
    ORG_KEY_IDS: Stack.of(scope).toJsonString(Object.fromEntries(orgKeys.map(([org, keys]) => [org, arnsOf(keys)]))),
  };
}

function arnsOf(keys: Ring<SigningKey>): Ring<string> {
  return mapRing(keys, ({ keyArn }) => keyArn);
}

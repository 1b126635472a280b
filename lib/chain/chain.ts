import type { CustomResource } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  type Generations,
  generationsOf,
  type KeyRing,
  type KeyRings,
  type Ring,
} from '../../domain/trust/key-ring.ts';
import type { InternalFunction } from '../../lambdas/platform/area.ts';
import { settingsToVerify } from '../../lambdas/platform/kernel/settings.ts';
import { FunctionIdentity } from '../functions/function-identity.ts';
import type { Right, Settings } from '../functions/right.ts';
import { type Invocable, rightsOf, type StatefulResources } from '../functions/rights-of.ts';
import { backgroundTimeout, RowFunction, requestTimeout } from '../functions/row-function.ts';
import { keyRingsOf } from '../key-rings.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import type { StageSettings } from '../stages.ts';
import { createGenerations } from './key-generations.ts';
import { SetUp } from './set-up.ts';
import type { SigningKey } from './signing-key.ts';
import { rightToSignAsOrg, rightToSignAsRoot } from './signing-rights.ts';

/** The rows that every chain has, each with its own construct. */
const ownRows = ['set-up-trust', 'certify', 'set-up-org'];

export interface ChainProps {
  readonly stage: StageSettings;
  readonly bundles: string;
  /** set-up-trust, certify and set-up-org; every other one signs as the Orgs, for a purpose of its own */
  readonly rows: Readonly<Record<string, InternalFunction>>;
  readonly stateful: StatefulResources;
  readonly alarms: Alarms;
}

/**
 * The chain of trust down to the Orgs: their keys, who signs with them, and the set-up that certifies each Org and prepares it for its
 * first request. Keys come before the roles that may use them: their policies name paths of roles, the roles name exact keys.
 */
export class Chain extends Construct {
  readonly rootKey: SigningKey;
  /** JWK of the Root that signs, as the deployment has read it from KMS */
  readonly rootJwk: string;
  readonly #rootKeys: string;
  readonly #keyRings: KeyRings;
  readonly invocable: Partial<Record<Invocable, IFunction>>;
  readonly #props: ChainProps;

  constructor(scope: Construct, id: string, props: ChainProps) {
    super(scope, id);
    this.#props = props;
    const { stage } = props;
    const keyRings = stage.keyRings ?? keyRingsOf(stage.name);
    this.#keyRings = keyRings;
    const rootKeys = createGenerations(this, 'Root', {
      stage,
      ring: keyRings.root,
      alias: 'root',
      description: `License server (${stage.name}): the Root of the chain of trust`,
      signers: 'root',
    });
    this.rootKey = rootKeys.current;
    const orgKeys = stage.orgs.map((org): [string, Ring<SigningKey>] => [
      org,
      this.#orgKeys(org, generationsOf(keyRings, org).org),
    ]);
    const asRoot = rightToSignAsRoot(this, rootKeys, orgKeys);
    const trustFunction = this.#function(this.#identity('set-up-trust', [asRoot]), requestTimeout, {
      KEY_RINGS: JSON.stringify(keyRings),
    });
    const generations = (org: string) => JSON.stringify(generationsOf(keyRings, org));
    const certified = this.#runForOrgs(new SetUp(this, 'SetUpTrust', stage, trustFunction), org => ({
      org,
      generations: generations(org),
    }));
    const [first] = certified;
    if (!first) throw new Error(`The stage ${stage.name} has no Org.`);
    this.rootJwk = first.resource.getAttString('rootJwk');
    this.#rootKeys = first.resource.getAttString('rootKeys');

    const asOrg = [this.rightToVerify(), rightToSignAsOrg(this, orgKeys)];
    const signer = (row: string) => this.#function(this.#identity(row, asOrg), requestTimeout, {});
    const certifyFunction = signer('certify');
    const further = this.#furtherSigners().map(row => [row, signer(row)]);
    this.invocable = { ...Object.fromEntries(further), certify: certifyFunction, 'set-up-trust': trustFunction };
    const prepareFunction = this.#function(
      this.#identity('set-up-org', [], this.invocable),
      backgroundTimeout,
      this.rightToVerify().settings,
    );
    const answers = new Map(certified.map(({ org, resource }) => [org, resource]));
    this.#runForOrgs(new SetUp(this, 'SetUpOrg', stage, prepareFunction), org => ({
      org,
      generations: generations(org),
      ...answersOf(answers.get(org), generationsOf(keyRings, org)),
    }));
  }

  /** The settings of a function that verifies keys and links: the Roots, pinned by deployment, and the generations that they must have. */
  rightToVerify(): Right {
    return { statements: [], settings: settingsToVerify(this.#keyRings, this.#rootKeys) };
  }

  /** Rows that sign as the Orgs beside the certifier. */
  #furtherSigners(): string[] {
    const further = Object.entries(this.#props.rows).filter(([row]) => !ownRows.includes(row));
    for (const [row, { grants }] of further)
      if (grants.signsAs !== 'org')
        throw new Error(`The row ${row} is not allowed in the chain: expected one that signs as the Orgs.`);
    return further.map(([row]) => row);
  }

  #identity(
    row: string,
    rights: readonly Right[],
    invocable: Partial<Record<Invocable, IFunction>> = {},
  ): FunctionIdentity {
    const { stage, rows, stateful } = this.#props;
    const { grants } = rows[row] ?? missing(row);
    const granted = rightsOf(this, grants, { stage: stage.name, ...stateful, invocable });
    return new FunctionIdentity(this, row, stage, grants, [...rights, ...granted]);
  }

  #function(identity: FunctionIdentity, timeout: typeof requestTimeout, settings: Settings): RowFunction {
    const { bundles, rows, alarms } = this.#props;
    const impact = ownRows.includes(identity.row)
      ? 'No new enterprise, link or application token can be certified; links expire within 30 days, responder keys within 13.'
      : 'Its signatures are delayed until it works again; keys, checks and renewals are unaffected.';
    return new RowFunction(identity, 'Function', {
      identity,
      summary: rows[identity.row]?.summary ?? missing(identity.row),
      bundles,
      alarms,
      impact,
      timeout,
      settings,
    });
  }

  #orgKeys(org: string, ring: KeyRing): Ring<SigningKey> {
    const { stage } = this.#props;
    const description = `License server (${stage.name}): the key of Org ${org}`;
    return createGenerations(this, `Org-${org}`, {
      stage,
      ring,
      alias: `org/${org}`,
      description,
      signers: 'certifiers',
    });
  }

  #runForOrgs(setUp: SetUp, propertiesOf: (org: string) => Record<string, string>) {
    return this.#props.stage.orgs.map(org => ({ org, resource: setUp.run(org, propertiesOf(org)) }));
  }
}

function missing(row: string): never {
  throw new Error(`The chain has no row ${row}.`);
}

/** Returns the answers of the trust set-up for the set-up of an Org. Those about a next key exist only where there is one. */
function answersOf(resource: CustomResource | undefined, { root, org }: Generations): Record<string, string> {
  if (!resource) return {};
  const names = ['orgLink', 'orgKids', ...(org.next ? ['nextOrgLink'] : []), ...(root.next ? ['successor'] : [])];
  return Object.fromEntries(names.map(name => [name, resource.getAttString(name)]));
}

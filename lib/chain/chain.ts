import { type CustomResource, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type Generations, generationsOf, type KeyRing, mapRing, type Ring } from '../../domain/key-ring.ts';
import type { Grants } from '../../lambdas/grants.ts';
import { trustFunctions } from '../../lambdas/schedules.ts';
import { FunctionIdentity } from '../functions/function-identity.ts';
import type { Right, Settings } from '../functions/right.ts';
import { type Invocable, rightsOf } from '../functions/rights-of.ts';
import { backgroundTimeout, RowFunction, requestTimeout } from '../functions/row-function.ts';
import { keyRingsOf } from '../key-rings.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { StageSettings } from '../stages.ts';
import type { LedgerTable } from '../store/ledger-table.ts';
import type { Alarms } from '../watch/alarms.ts';
import { makeGenerations } from './key-generations.ts';
import { SetUp } from './set-up.ts';
import type { SigningKey } from './signing-key.ts';

export interface ChainProps {
  readonly stage: StageSettings;
  readonly bundles: string;
  readonly ledger: LedgerTable;
  readonly secrets: Secrets;
  readonly alarms: Alarms;
}

/**
 * The chain of trust down to the Orgs: their keys, who signs with them, and the set-up that certifies each Org and prepares it for its
 * first request. Keys come after the roles that their policies name, and before the functions that are told of them.
 */
export class Chain extends Construct {
  readonly rootKey: SigningKey;
  /** JWK of the Root that signs, as the deployment has read it from KMS */
  readonly rootJwk: string;
  readonly #rootKeys: string;
  readonly invocable: Record<Invocable, IFunction>;
  readonly #props: ChainProps;

  constructor(scope: Construct, id: string, props: ChainProps) {
    super(scope, id);
    this.#props = props;
    const { stage } = props;
    const setUpTrust = this.#identity('set-up-trust');
    const certify = this.#identity('certify');
    const keyRings = stage.keyRings ?? keyRingsOf(stage.name);
    const rootKeys = makeGenerations(this, 'Root', {
      stage,
      ring: keyRings.root,
      alias: 'root',
      description: `License server (${stage.name}): the Root of the chain of trust`,
      signer: setUpTrust.role,
      readers: [setUpTrust.role],
    });
    this.rootKey = rootKeys.current;
    const orgKeys = stage.orgs.map(org => {
      const ring = generationsOf(keyRings, org).org;
      return [org, mapRing(this.#orgKeys(org, ring, certify.role, setUpTrust.role), keyArn)];
    });
    const orgKeyIds = { ORG_KEY_IDS: Stack.of(this).toJsonString(Object.fromEntries(orgKeys)) };

    const trustFunction = this.#function(setUpTrust, requestTimeout, {
      ROOT_KEY_IDS: Stack.of(this).toJsonString(mapRing(rootKeys, keyArn)),
      ...orgKeyIds,
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

    const certifyFunction = this.#function(certify, requestTimeout, { ...this.rightToVerify().settings, ...orgKeyIds });
    this.invocable = { certify: certifyFunction, 'set-up-trust': trustFunction };
    const prepareFunction = this.#function(
      this.#identity('set-up-org', this.invocable),
      backgroundTimeout,
      this.rightToVerify().settings,
    );
    const said = new Map(certified.map(({ org, resource }) => [org, resource]));
    this.#runForOrgs(new SetUp(this, 'SetUpOrg', stage, prepareFunction), org => ({
      org,
      generations: generations(org),
      ...saidOf(said.get(org), generationsOf(keyRings, org)),
    }));
  }

  /** What a function is told to verify keys and links: the Roots, pinned by deployment. */
  rightToVerify(): Right {
    return { statements: [], settings: { ROOT_KEYS: this.#rootKeys } };
  }

  #identity(row: keyof typeof trustFunctions, invocable: Partial<Record<Invocable, IFunction>> = {}): FunctionIdentity {
    const { stage, ledger, secrets } = this.#props;
    const { grants }: { grants: Grants } = trustFunctions[row];
    return new FunctionIdentity(
      this,
      row,
      stage,
      rightsOf(this, grants, { stage: stage.name, ledger, secrets, invocable, signers: [] }),
    );
  }

  #function(identity: FunctionIdentity, timeout: typeof requestTimeout, settings: Settings): RowFunction {
    const { bundles, alarms } = this.#props;
    const impact =
      'No new enterprise, link or application token can be certified; links end within 30 days, responder keys within 13.';
    return new RowFunction(identity, 'Function', {
      identity,
      summary: summaryOf(identity.row),
      bundles,
      alarms,
      impact,
      timeout,
      settings,
    });
  }

  #orgKeys(org: string, ring: KeyRing, signer: IRole, reader: IRole): Ring<SigningKey> {
    const { stage } = this.#props;
    const description = `License server (${stage.name}): the key of Org ${org}`;
    const readers = [reader, signer];
    return makeGenerations(this, `Org-${org}`, { stage, ring, alias: `org/${org}`, description, signer, readers });
  }

  #runForOrgs(setUp: SetUp, propertiesOf: (org: string) => Record<string, string>) {
    return this.#props.stage.orgs.map(org => ({ org, resource: setUp.run(org, propertiesOf(org)) }));
  }
}

/** What the trust set-up has answered, for the Org's own set-up. It answers about a next key only where there is one. */
function saidOf(resource: CustomResource | undefined, { root, org }: Generations): Record<string, string> {
  if (!resource) return {};
  const names = ['orgLink', 'orgKids', ...(org.next ? ['nextOrgLink'] : []), ...(root.next ? ['successor'] : [])];
  return Object.fromEntries(names.map(name => [name, resource.getAttString(name)]));
}

function keyArn(key: SigningKey): string {
  return key.keyArn;
}

function summaryOf(row: string): string {
  return Object.entries(trustFunctions).find(([id]) => id === row)?.[1].summary ?? row;
}

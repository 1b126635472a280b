import { Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Grants } from '../../lambdas/grants.ts';
import { trustFunctions } from '../../lambdas/schedules.ts';
import { FunctionIdentity } from '../functions/function-identity.ts';
import type { Right, Settings } from '../functions/right.ts';
import { type Invocable, rightsOf } from '../functions/rights-of.ts';
import { backgroundTimeout, RowFunction, requestTimeout } from '../functions/row-function.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { StageSettings } from '../stages.ts';
import type { LedgerTable } from '../store/ledger-table.ts';
import type { Alarms } from '../watch/alarms.ts';
import { SetUp } from './set-up.ts';
import { SigningKey } from './signing-key.ts';

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
  /** JWK, as the deployment has read it from KMS */
  readonly rootJwk: string;
  readonly invocable: Record<Invocable, IFunction>;
  readonly #props: ChainProps;

  constructor(scope: Construct, id: string, props: ChainProps) {
    super(scope, id);
    this.#props = props;
    const { stage } = props;
    const setUpTrust = this.#identity('set-up-trust');
    const certify = this.#identity('certify');
    this.rootKey = new SigningKey(this, 'Root', {
      stage,
      alias: 'root',
      description: `License server (${stage.name}): the Root of the chain of trust`,
      signer: setUpTrust.role,
      readers: [setUpTrust.role],
    });
    const orgKeys = stage.orgs.map(org => [org, this.#orgKey(org, certify.role, setUpTrust.role).keyArn]);
    const orgKeyIds = { ORG_KEY_IDS: Stack.of(this).toJsonString(Object.fromEntries(orgKeys)) };

    const trustFunction = this.#function(setUpTrust, requestTimeout, {
      ROOT_KEY_ID: this.rootKey.keyArn,
      ...orgKeyIds,
    });
    const certified = this.#runForOrgs(new SetUp(this, 'SetUpTrust', stage, trustFunction), org => ({ org }));
    const [first] = certified;
    if (!first) throw new Error(`The stage ${stage.name} has no Org.`);
    this.rootJwk = first.resource.getAttString('rootJwk');

    const certifyFunction = this.#function(certify, requestTimeout, { ...this.rightToVerify().settings, ...orgKeyIds });
    this.invocable = { certify: certifyFunction, 'set-up-trust': trustFunction };
    const prepareFunction = this.#function(
      this.#identity('set-up-org', this.invocable),
      backgroundTimeout,
      this.rightToVerify().settings,
    );
    const links = new Map(certified.map(({ org, resource }) => [org, resource.getAttString('orgLink')]));
    this.#runForOrgs(new SetUp(this, 'SetUpOrg', stage, prepareFunction), org => ({
      org,
      orgLink: links.get(org) ?? '',
    }));
  }

  /** What a function is told to verify keys and links: the Roots, pinned by deployment. */
  rightToVerify(): Right {
    return { statements: [], settings: { ROOT_KEYS: `[${this.rootJwk}]` } };
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

  #orgKey(org: string, signer: IRole, reader: IRole): SigningKey {
    const { stage } = this.#props;
    const description = `License server (${stage.name}): the key of Org ${org}`;
    return new SigningKey(this, `Org-${org}`, { stage, alias: `org/${org}`, description, signer, readers: [reader] });
  }

  #runForOrgs(setUp: SetUp, propertiesOf: (org: string) => Record<string, string>) {
    return this.#props.stage.orgs.map(org => ({ org, resource: setUp.run(org, propertiesOf(org)) }));
  }
}

function summaryOf(row: string): string {
  return Object.entries(trustFunctions).find(([id]) => id === row)?.[1].summary ?? row;
}

import { Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { TrustFunction } from '../../lambdas/schedules.ts';
import { FunctionIdentity } from '../functions/function-identity.ts';
import type { Right, Settings } from '../functions/right.ts';
import { type Invocable, type Kept, rightsOf } from '../functions/rights-of.ts';
import { backgroundTimeout, RowFunction, requestTimeout } from '../functions/row-function.ts';
import type { StageSettings } from '../stages.ts';
import type { Alarms } from '../watch/alarms.ts';
import { SetUp } from './set-up.ts';
import { SigningKey } from './signing-key.ts';

/** The rows that the chain cannot be without, each in a place of its own. */
const ownRows = ['set-up-trust', 'certify', 'set-up-org'];

export interface ChainProps {
  readonly stage: StageSettings;
  readonly bundles: string;
  /** set-up-trust, certify and set-up-org; every other one signs as the Orgs, for a purpose of its own */
  readonly rows: Readonly<Record<string, TrustFunction>>;
  readonly kept: Kept;
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
  readonly invocable: Partial<Record<Invocable, IFunction>>;
  readonly #props: ChainProps;

  constructor(scope: Construct, id: string, props: ChainProps) {
    super(scope, id);
    this.#props = props;
    const { stage } = props;
    const setUpTrust = this.#identity('set-up-trust');
    const certify = this.#identity('certify');
    const furtherSigners = this.#furtherSigners().map(row => this.#identity(row));
    this.rootKey = new SigningKey(this, 'Root', {
      stage,
      alias: 'root',
      description: `License server (${stage.name}): the Root of the chain of trust`,
      signers: [setUpTrust.role],
      readers: [setUpTrust.role],
    });
    const orgSigners = [certify, ...furtherSigners].map(({ role }) => role);
    const orgKeys = stage.orgs.map(org => [org, this.#orgKey(org, orgSigners, setUpTrust.role).keyArn]);
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
    const further = furtherSigners.map(signer => [signer.row, this.#function(signer, requestTimeout, orgKeyIds)]);
    this.invocable = { ...Object.fromEntries(further), certify: certifyFunction, 'set-up-trust': trustFunction };
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

  /** Rows that sign as the Orgs beside the certifier. */
  #furtherSigners(): string[] {
    const further = Object.entries(this.#props.rows).filter(([row]) => !ownRows.includes(row));
    for (const [row, { grants }] of further)
      if (grants.signsAs !== 'org') throw new Error(`${row} does not sign as the Orgs, and has no place in the chain`);
    return further.map(([row]) => row);
  }

  #identity(row: string, invocable: Partial<Record<Invocable, IFunction>> = {}): FunctionIdentity {
    const { stage, rows, kept } = this.#props;
    const { grants } = rows[row] ?? missing(row);
    return new FunctionIdentity(
      this,
      row,
      stage,
      rightsOf(this, grants, { stage: stage.name, ...kept, invocable, signers: [] }),
    );
  }

  #function(identity: FunctionIdentity, timeout: typeof requestTimeout, settings: Settings): RowFunction {
    const { bundles, rows, alarms } = this.#props;
    const impact = ownRows.includes(identity.row)
      ? 'No new enterprise, link or application token can be certified; links end within 30 days, responder keys within 13.'
      : 'What it signs waits until it works again; keys, checks and renewals go on.';
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

  #orgKey(org: string, signers: readonly IRole[], reader: IRole): SigningKey {
    const { stage } = this.#props;
    const description = `License server (${stage.name}): the key of Org ${org}`;
    return new SigningKey(this, `Org-${org}`, { stage, alias: `org/${org}`, description, signers, readers: [reader] });
  }

  #runForOrgs(setUp: SetUp, propertiesOf: (org: string) => Record<string, string>) {
    return this.#props.stage.orgs.map(org => ({ org, resource: setUp.run(org, propertiesOf(org)) }));
  }
}

function missing(row: string): never {
  throw new Error(`the chain has no ${row}`);
}

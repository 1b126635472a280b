import { Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Right } from '../functions/right.ts';
import { secretPrefix } from '../names.ts';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';
import { ServiceKey } from '../store/service-key.ts';

/** responder: signs verdicts, re-created daily. operator: the key of an Org's first operator. */
export type SecretKind = 'responder' | 'operator';
const kinds = ['responder', 'operator'] as const;

/**
 * The secrets of every Org, made empty: no generated value, since a value that CloudFormation or a person has seen is none. The
 * functions that own them fill them.
 */
export class Secrets extends Construct {
  readonly #secrets: readonly { kind: SecretKind; secret: CfnSecret }[];
  readonly #prefix: string;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id);
    const key = new ServiceKey(this, 'Key', stage, 'secretsmanager');
    this.#prefix = secretPrefix(stage.name);
    this.#secrets = stage.orgs.flatMap(org =>
      kinds.map(kind => {
        const name = `${this.#prefix}/${kind}/${org}`;
        const secret = new CfnSecret(this, `${kind}-${org}`, {
          name,
          kmsKeyId: key.keyArn,
          description: describe(kind, org),
        });
        secret.applyRemovalPolicy(removalPolicy(stage));
        Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: rotations[kind] });
        return { kind, secret };
      }),
    );
  }

  rightToRead(wanted: readonly SecretKind[]): Right {
    return this.#right('secretsmanager:GetSecretValue', wanted);
  }

  rightToWrite(wanted: readonly SecretKind[]): Right {
    return this.#right('secretsmanager:PutSecretValue', wanted);
  }

  #right(action: string, wanted: readonly SecretKind[]): Right {
    const resources = this.#secrets.filter(({ kind }) => wanted.includes(kind)).map(({ secret }) => secret.ref);
    return {
      statements: [new PolicyStatement({ actions: [action], resources })],
      settings: { SECRET_PREFIX: this.#prefix },
    };
  }
}

const rotations = {
  responder: 'The schedule renew-responders replaces it daily, by the certifier, which must sign for each new key.',
  operator:
    'The private half of a registered key: rotate-application-key replaces it, when the operator asks, with the new public half.',
} as const satisfies Record<SecretKind, string>;

function describe(kind: SecretKind, org: string): string {
  return kind === 'responder'
    ? `Signs the verdicts of Org ${org}; re-created daily`
    : `Key of the first operator of Org ${org}: fetch it once`;
}

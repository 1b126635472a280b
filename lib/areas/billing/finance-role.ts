import { Duration, Validations } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { listing, objects } from '../../exports/objects.ts';
import { functionName, rolePath } from '../../names.ts';
import type { StageSettings } from '../../stages.ts';

/** Reads statements, and nothing else: for finance's own people and tools, whom the stage names. */
export class FinanceRole extends Role {
  constructor(scope: Construct, id: string, { name, financePrincipals }: StageSettings) {
    const { resources, wildcards } = objects(scope, name, ['statements']);
    const read = new PolicyStatement({ actions: ['s3:GetObject'], resources: [...resources] });
    super(scope, id, {
      roleName: functionName(name, 'finance'),
      path: rolePath(name, 'others'),
      description: `Reads the quarterly statements of the license server (${name})`,
      assumedBy: new CompositePrincipal(...financePrincipals.map(arn => new ArnPrincipal(arn))),
      maxSessionDuration: Duration.hours(1),
      inlinePolicies: {
        statements: new PolicyDocument({
          statements: [read, listing(scope, name, ['statements'], 'StringLike')],
        }),
      },
    });
    for (const { resource, reason } of wildcards)
      Validations.of(this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}

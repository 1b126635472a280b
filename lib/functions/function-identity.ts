import { Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Grants } from '../../lambdas/platform/kernel/grants.ts';
import { functionName, rolePath } from '../names.ts';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';
import type { Right } from './right.ts';
import { roleKindOf } from './role-kind.ts';

/** The identity of a function: its name, its log group, and its role with exactly the rights of its row. */
export class FunctionIdentity extends Construct {
  /** the row's key */
  readonly row: string;
  readonly functionName: string;
  readonly logGroup: LogGroup;
  readonly role: Role;
  readonly rights: readonly Right[];
  readonly traced: boolean;
  readonly reservedConcurrency: number | undefined;

  constructor(scope: Construct, row: string, stage: StageSettings, grants: Grants, rights: readonly Right[]) {
    super(scope, row);
    this.row = row;
    this.traced = stage.tracing ?? false;
    this.rights = this.traced ? [...rights, rightToTrace] : rights;
    this.reservedConcurrency = stage.reservedConcurrency?.[row];
    this.functionName = functionName(stage.name, row);
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${this.functionName}`,
      retention: stage.logRetention,
      removalPolicy: removalPolicy(stage),
    });
    this.role = new Role(this, 'Role', {
      path: rolePath(stage.name, roleKindOf(grants)),
      roleName: this.functionName,
      description: `Runs ${row} of the license server (${stage.name})`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        row: new PolicyDocument({
          statements: [writeLog(this.logGroup), ...this.rights.flatMap(right => right.statements)],
        }),
      },
    });
    for (const { resource, reason } of this.rights.flatMap(right => right.wildcards ?? [])) {
      Validations.of(this.role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
    }
  }
}

const rightToTrace: Right = {
  statements: [
    new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
  ],
  settings: {},
  wildcards: [{ resource: '*', reason: 'X-Ray has no resource for what it receives.' }],
};

function writeLog({ logGroupArn }: LogGroup): PolicyStatement {
  return new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroupArn] });
}

import { CustomResource } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';

/** Lets CloudFormation call one of our functions while it deploys, through CDK's provider, whose role may call just this one. */
export class SetUp extends Construct {
  readonly #provider: Provider;
  readonly #resourceType: string;

  constructor(scope: Construct, id: string, stage: StageSettings, onEventHandler: IFunction) {
    super(scope, id);
    this.#resourceType = `Custom::${id}`;
    const logGroup = new LogGroup(this, 'Log', { retention: stage.logRetention, removalPolicy: removalPolicy(stage) });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        provider: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
            new PolicyStatement({
              actions: ['lambda:GetFunction', 'lambda:InvokeFunction'],
              resources: [onEventHandler.functionArn],
            }),
          ],
        }),
      },
    });
    this.#provider = new Provider(this, 'Provider', {
      onEventHandler,
      logGroup,
      frameworkOnEventRole: role.withoutPolicyUpdates(),
    });
  }

  /** Calls the function when the stack is made, and again whenever the properties change. @returns its answer, as attributes */
  run(id: string, properties: Record<string, string>): CustomResource {
    return new CustomResource(this, id, {
      serviceToken: this.#provider.serviceToken,
      resourceType: this.#resourceType,
      properties,
    });
  }
}

import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';
import { managementStatement } from '../store/management-statement.ts';

/** The topic of alarms. Encrypted with a key of its own, which only CloudWatch may use; reached over TLS only. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, stage: StageSettings) {
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    const masterKey = new Key(scope, `${id}Key`, {
      description: `License server (${stage.name}): encrypts alarms`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(stage.removal === 'destroy' ? 7 : 30),
      removalPolicy: removalPolicy(stage),
      policy: new PolicyDocument({
        statements: [
          managementStatement(),
          new PolicyStatement({
            sid: 'EncryptAlarms',
            principals: [cloudWatch],
            actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
            resources: ['*'],
            conditions: ofThisAccount,
          }),
        ],
      }),
    });
    super(scope, id, { displayName: `License server ${stage.name}`, masterKey, enforceSSL: true });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'PublishAlarms',
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: ofThisAccount,
      }),
    );
    for (const address of stage.alarmEmails) this.addSubscription(new EmailSubscription(address));
  }
}

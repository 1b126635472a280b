import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueueName } from '../../domain/kernel/dead-letter-queue.ts';
import type { Right } from '../functions/right.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';
import { ServiceKey } from '../store/service-key.ts';

/** Visibility timeout: minutes that a redrive may take for one record. */
const handlingMinutes = 5;

/**
 * The dead-letter queue of the stream consumers. A consumer sends a record that it cannot process, with its body, so that the next
 * records are not blocked. SQS keeps it for 14 days, its maximum; `license-server redrive` delivers it again.
 */
export class StreamDeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, stage: StageSettings, alarms: Alarms) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      queueName: deadLetterQueueName(stage.name),
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: new ServiceKey(this, 'Key', stage, 'sqs'),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.minutes(handlingMinutes),
      removalPolicy: removalPolicy(stage),
    });
    Validations.of(this.queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is the dead-letter queue.' });
    alarms.raise(this, 'Some', {
      name: 'aside-some',
      metric: this.queue.metricApproximateNumberOfMessagesVisible(),
      impact:
        'A change of the table was not processed: its alert is not delivered, or its audit event is not written. The record is lost after 14 days.',
      anchor: 'poison-record',
    });
  }

  rightToSend(): Right {
    return this.#rightTo('sqs:SendMessage');
  }

  /** Returns the right to count messages; it includes neither reading nor deleting one. */
  rightToCount(): Right {
    return this.#rightTo('sqs:GetQueueAttributes');
  }

  #rightTo(action: string): Right {
    return {
      statements: [new PolicyStatement({ actions: [action], resources: [this.queue.queueArn] })],
      settings: { DEAD_LETTER_QUEUE: this.queue.queueUrl },
    };
  }
}

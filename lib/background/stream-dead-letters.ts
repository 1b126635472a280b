import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Right } from '../functions/right.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import { deadLetterQueueName } from '../names.ts';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';
import { ServiceKey } from '../store/service-key.ts';

/** Who gives a record back holds it for so long; then it shows again to the next. */
const handlingMinutes = 5;

/**
 * Records of the stream that their consumer can never work on, with their bodies: the consumer itself puts them here, so that the
 * record behind them is not held up. Kept for 14 days, the most that SQS keeps, until `license-server redrive` gives them back.
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
        'A change of the table was not worked on: its alert is not delivered, or its audit event is not written. In 14 days it is gone.',
      anchor: 'poison-record',
    });
  }

  rightToSend(): Right {
    return this.#rightTo('sqs:SendMessage');
  }

  /** It includes neither to see a message nor to take one away. */
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

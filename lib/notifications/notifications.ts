import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Topic as TopicName } from '../../lambdas/platform/kernel/grants.ts';
import type { Setting } from '../../lambdas/platform/kernel/settings.ts';
import type { Right } from '../functions/right.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import { topicName } from '../names.ts';
import type { StageSettings, Subscriber } from '../stages.ts';
import { ServiceKey } from '../store/service-key.ts';

/**
 * The topics of alerts and statements. Encrypted with a key of ours that is used through SNS only, reached over
 * TLS only; who is not named in the stage subscribes by the topic's ARN, with a filter policy over the attributes of a notice.
 */
export class Notifications extends Construct {
  readonly topics: Readonly<Record<TopicName, Topic>>;
  readonly #stage: string;

  constructor(scope: Construct, id: string, stage: StageSettings, alarms: Alarms) {
    super(scope, id);
    this.#stage = stage.name;
    const masterKey = new ServiceKey(this, 'Key', stage, 'sns');
    const make = (name: TopicName) => {
      const topic = new Topic(this, name, {
        topicName: topicName(stage.name, name),
        displayName: `License server ${stage.name}`,
        masterKey,
        enforceSSL: true,
      });
      for (const subscriber of kinds[name].subscribers(stage)) subscribe(topic, subscriber);
      alarms.raise(this, `${name}-undelivered`, {
        name: `${name}-undelivered`,
        metric: topic.metricNumberOfNotificationsFailed({ statistic: Stats.SUM }),
        impact: kinds[name].undelivered,
        anchor: 'topic-undelivered',
      });
      return topic;
    };
    this.topics = { alerts: make('alerts'), finance: make('finance') };
  }

  rightToPublish(names: readonly TopicName[]): Right {
    const topics = names.map(name => this.topics[name]);
    return {
      statements: [
        new PolicyStatement({ actions: ['sns:Publish'], resources: topics.map(({ topicArn }) => topicArn) }),
      ],
      settings: {
        // Shows the reader of a notice where it comes from.
        STAGE: this.#stage,
        ...Object.fromEntries(names.map(name => [kinds[name].setting, this.topics[name].topicArn])),
      },
    };
  }
}

const kinds = {
  alerts: {
    setting: 'ALERTS_TOPIC',
    subscribers: ({ alertEmails }: StageSettings) => alertEmails,
    undelivered: 'A subscriber did not receive an alert: a key may expire or be cloned unnoticed.',
  },
  finance: {
    setting: 'FINANCE_TOPIC',
    subscribers: ({ financeEmails }: StageSettings) => financeEmails,
    undelivered: 'A subscriber did not get the note of a statement: finance may wait for what is already there.',
  },
} as const satisfies Record<TopicName, KindOfTopic>;

interface KindOfTopic {
  readonly setting: Setting;
  readonly subscribers: (stage: StageSettings) => readonly Subscriber[];
  /** impact of a failed delivery, for the alarm */
  readonly undelivered: string;
}

function subscribe(topic: Topic, { address, attributes = {} }: Subscriber): void {
  const filters = Object.entries(attributes).map(([name, allowlist]): [string, SubscriptionFilter] => [
    name,
    SubscriptionFilter.stringFilter({ allowlist: [...allowlist] }),
  ]);
  const filterPolicy = filters.length > 0 && { filterPolicy: Object.fromEntries(filters) };
  topic.addSubscription(new EmailSubscription(address, { ...filterPolicy }));
}

import { Stack, Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { internalFunctions } from '../lambdas/functions.ts';
import { operations } from '../lambdas/operations.ts';
import type { InternalFunction, Operation, Schedule, Stream } from '../lambdas/platform/area.ts';
import { schedules } from '../lambdas/schedules.ts';
import { streams } from '../lambdas/streams.ts';
import { Api } from './api/api.ts';
import { throttleFaults } from './api/throttles.ts';
import { areas } from './areas/areas.ts';
import { Schedules } from './background/schedules.ts';
import { StreamDeadLetters } from './background/stream-dead-letters.ts';
import { Streams } from './background/streams.ts';
import { Chain } from './chain/chain.ts';
import { Exports } from './exports/exports.ts';
import type { StatefulResources } from './functions/rights-of.ts';
import { backgroundTimeout, requestTimeout } from './functions/row-function.ts';
import { RowFunctions } from './functions/row-functions.ts';
import { AlarmTopic } from './monitoring/alarm-topic.ts';
import { Alarms } from './monitoring/alarms.ts';
import { ForgedKeys } from './monitoring/forged-keys.ts';
import { Overview } from './monitoring/overview.ts';
import { Notifications } from './notifications/notifications.ts';
import { addOutputs, type Outputs } from './outputs.ts';
import { guardDeployment } from './readiness/deployment-rules.ts';
import { settingFaults } from './readiness/setting-faults.ts';
import { isProtected } from './removal.ts';
import { Secrets } from './secrets/secrets.ts';
import type { StageSettings } from './stages.ts';
import { LedgerTable } from './store/ledger-table.ts';

export interface LicenseServerProps {
  readonly settings: StageSettings;
  /** the folder of all bundles, see scripts/bundle.ts */
  readonly bundles: string;
  /** @default the rows of lambdas/operations.ts, schedules.ts, streams.ts and functions.ts */
  readonly rows?: Rows;
}

/** The rows of a deployment: one function for each. */
export interface Rows {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schedules: Readonly<Record<string, Schedule>>;
  readonly streams: Readonly<Record<string, Stream>>;
  readonly internalFunctions: Readonly<Record<string, InternalFunction>>;
}

/**
 * One stage of the license server. The stateful stacks come first (store, trust), the stateless ones after them (operations, work,
 * api); each stack refers only to earlier ones.
 */
export class LicenseServer extends Stage {
  readonly #settings: StageSettings;

  constructor(
    scope: Construct,
    { settings: stage, bundles, rows = { operations, schedules, streams, internalFunctions } }: LicenseServerProps,
  ) {
    super(scope, stage.name, { env: { region: stage.region, ...(stage.account && { account: stage.account }) } });
    this.#settings = stage;
    refuse(stage, [...settingFaults(stage, idsOf(rows)), ...throttleFaults(stage, rows.operations)]);
    for (const [name, value] of Object.entries({ application: 'license-server', stage: stage.name, ...stage.tags }))
      Tags.of(this).add(name, value, { excludeResourceTypes: untagged });

    const store = this.#stack('store', 'stateful resources: table, secrets, exports, topics', 'stateful');
    const alarmTopic = new AlarmTopic(store, 'AlarmTopic', stage);
    const alarms = new Alarms(stage.name, alarmTopic);
    const ledger = new LedgerTable(store, 'Ledger', stage, alarms);
    const stateful: StatefulResources = {
      ledger,
      secrets: new Secrets(store, 'Secrets', stage),
      notices: new Notifications(store, 'Notices', stage, alarms),
      exports: new Exports(store, 'Exports', stage),
      deadLetters: new StreamDeadLetters(store, 'Aside', stage, alarms),
    };

    const ofAreas: Outputs = Object.assign({}, ...areas.map(({ store }) => store?.(stateful, stage) ?? {}));

    const trust = this.#stack('trust', 'the chain of trust: Root, Orgs, certifier, set-up', 'stateful');
    const chain = new Chain(trust, 'Chain', { stage, bundles, rows: rows.internalFunctions, stateful, alarms });

    const everyRow = Object.entries({ ...rows.operations, ...rows.schedules, ...rows.streams });
    const capabilities = { stage: stage.name, ...stateful, invocable: chain.invocable };
    const common = [chain.rightToVerify(), { statements: [], settings: { ORGS: stage.orgs.join() } }];
    const given = { stage, bundles, alarms, capabilities };

    const served = new RowFunctions(this.#stack('operations', 'one function for each operation'), 'Operations', {
      ...given,
      rows: rows.operations,
      timeout: requestTimeout,
      impact: 'Applications that call it get a 5xx and retry.',
      common,
    });
    const forgedKeys = new ForgedKeys(Stack.of(served), 'ForgedKeys', {
      stage: stage.name,
      identities: served.identities,
      alarms,
    });

    const work = this.#stack('work', 'scheduled functions and stream consumers');
    const scheduled = new RowFunctions(work, 'Scheduled', {
      ...given,
      rows: rows.schedules,
      timeout: backgroundTimeout,
      impact: 'Its next run catches up; repair it before the keys and links that it renews expire.',
      common,
    });
    new Schedules(work, 'Schedules', { stage, schedules: rows.schedules, functions: scheduled.functions, alarms });
    for (const { monitor } of areas) monitor?.({ stage: stage.name, alarms, operations: served, schedules: scheduled });
    const streamed = new RowFunctions(work, 'Streamed', {
      ...given,
      rows: rows.streams,
      timeout: backgroundTimeout,
      impact:
        'It retries a record for 22 hours, then moves it to the dead-letter queue; the stream keeps records for 24 hours.',
      common: [ledger.rightToFollow()],
    });
    new Streams(work, 'Streams', { streams: rows.streams, functions: streamed.functions, ledger, alarms });

    const front = this.#stack('api', 'the API and the dashboard');
    const { rest, url, domainTarget } = new Api(front, 'Api', {
      stage,
      operations: rows.operations,
      functions: served.functions,
      alarms,
    });
    new Overview(front, 'Overview', {
      stage: stage.name,
      api: rest,
      table: ledger.table,
      topics: Object.values(stateful.notices.topics),
      deadLetters: stateful.deadLetters.queue,
      forgedKeys: forgedKeys.metric,
      operations: Object.keys(rows.operations),
      functions: [...Object.keys(rows.internalFunctions), ...everyRow.map(([id]) => id)],
      schedules: Object.keys(rows.schedules),
      streams: Object.keys(rows.streams),
      areas,
    });

    addOutputs(front, {
      Url: [url, 'Where clients send their requests'],
      DomainTarget: [domainTarget, 'What the DNS name of the domain must point to (CNAME)'],
    });
    addOutputs(trust, {
      RootJwk: [chain.rootJwk, "The Root's public key: pin it as docs/deploy.md describes"],
      RootKeyArn: [chain.rootKey.keyArn, 'Compare RootJwk with: aws kms get-public-key --key-id'],
    });
    addOutputs(store, {
      AlarmTopicArn: [alarmTopic.topicArn, 'Alarms of the server itself'],
      AlertsTopicArn: [stateful.notices.topics.alerts.topicArn, 'Subscribe here to alerts, with a filter policy'],
      FinanceTopicArn: [stateful.notices.topics.finance.topicArn, 'Subscribe here to notes of new statements'],
      AsideQueueUrl: [
        stateful.deadLetters.queue.queueUrl,
        'Records that could not be processed: license-server redrive',
      ],
      ExportsBucketName: [stateful.exports.bucket.bucketName, 'Statements, manifests, audit seals'],
      ...ofAreas,
    });
    guardDeployment([store, trust, Stack.of(served), work, front], stage);
  }

  #stack(name: string, description: string, state: 'stateful' | 'stateless' = 'stateless'): Stack {
    return new Stack(this, name, {
      stackName: `license-server-${this.#settings.name}-${name}`,
      description: `License server, ${this.#settings.name}: ${description}`,
      terminationProtection: state === 'stateful' && isProtected(this.#settings),
    });
  }
}

/** cfn-lint knows no tags of a dashboard, and its costs are fixed. */
const untagged = ['AWS::CloudWatch::Dashboard'];

function idsOf({ operations, schedules, streams, internalFunctions }: Rows): string[] {
  return Object.keys({ ...operations, ...schedules, ...streams, ...internalFunctions });
}

/** Throws an Error with every fault of the settings, so that one run shows all. */
function refuse({ name }: StageSettings, faults: readonly string[]): void {
  if (faults.length > 0) throw new Error([`Stage ${name} cannot be deployed:`, ...faults].join('\n  '));
}

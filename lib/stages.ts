import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { KeyRings } from '../domain/trust/key-ring.ts';
import type { FirewallSettings, KmsQuotas, ThrottlingSettings } from './traffic-settings.ts';

/** Describes one stage of the license server. A stage is deployed whole, into one account and region. */
export type StageSettings = CommonSettings & (RemovableStage | RetainedStage);

/** A stage that can be removed without a trace. */
interface RemovableStage {
  readonly removal: 'destroy';
  /** number of the only account that it may be deployed to @default the account of the deployer's credentials */
  readonly account?: string;
}

/** A stage whose state is never deleted by CloudFormation. */
interface RetainedStage {
  readonly removal: 'retain';
  readonly account: string;
}

interface CommonSettings {
  /** also the first segment of every path of its API; at most 8 letters, since names of roles hold it */
  readonly name: string;
  /** the Orgs under the Root; a further one may be added at any time, none may be renamed */
  readonly orgs: readonly string[];
  readonly region: string;
  /** e-mail addresses that receive alarms; each confirms its subscription once */
  readonly alarmEmails: readonly string[];
  /** e-mail addresses that receive alerts, and those that receive statements; each confirms once */
  readonly alertEmails: readonly Subscriber[];
  readonly financeEmails: readonly Subscriber[];
  /** ARNs of the roles or users that may take the role of finance, which reads statements; without any there is no such role */
  readonly financePrincipals: readonly string[];
  /** lock period of exports: no principal can delete or replace one before (Object Lock) @default no lock */
  readonly lockedYears?: number;
  readonly logRetention: RetentionDays;
  readonly throttling: ThrottlingSettings;
  /** request quotas of AWS KMS in the account and region @default those of a new account */
  readonly kmsQuotas?: KmsQuotas;
  /** concurrent executions that are reserved for a function, by its row; the account must keep 100 unreserved @default none */
  readonly reservedConcurrency?: Readonly<Record<string, number>>;
  /** whether functions and API send traces to AWS X-Ray @default false */
  readonly tracing?: boolean;
  /** tags of every resource, beside `application` and `stage`: cost center, owner @default none */
  readonly tags?: Readonly<Record<string, string>>;
  readonly firewall: FirewallSettings;
  /** false when another stage in the same account and region already sets API Gateway's one logging role */
  readonly setsUpAccessLogging: boolean;
  /** without it, clients use the address that API Gateway gives */
  readonly domain?: DomainSettings;
  /** of Root and Orgs @default those of lib/key-rings.json */
  readonly keyRings?: KeyRings;
}

/** E-mail recipients. */
export interface Subscriber {
  readonly address: string;
  /** hears only of notices that have one of these values in each of these attributes, such as `{ reason: ['possible-clone'] }` @default all */
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
}

export interface DomainSettings {
  readonly name: string;
  /** of AWS Certificate Manager, in the region of the stage */
  readonly certificateArn: string;
}

const region = 'eu-central-1';
/** Longest statutory retention of accounting records in the countries that we bill in. */
const lockedYears = 10;
const firewall = { signed: 150_000, unsigned: 1_000, managedRules: { action: 'count' } } as const;
const creatingKeys = { requestsPerSecond: 2, burst: 4 };

/** Placeholders. A retained stage cannot be deployed while it has one (docs/adr/0027-placeholders-stop-a-deployment.md). */
const toBeReplaced = {
  account: '000000000000',
  alarmEmails: ['license-alarms@example.com'],
  alertEmails: [{ address: 'license-alerts@example.com' }],
  financeEmails: [{ address: 'license-statements@example.com' }],
  financePrincipals: ['arn:aws:iam::000000000000:role/finance'],
} as const;

/** The stages of A-Stack: `cdk synth` makes all of them, `-c stage=dev` only one. */
export const stages = {
  dev: {
    name: 'dev',
    orgs: ['hub'],
    region,
    removal: 'destroy',
    alarmEmails: [],
    alertEmails: [],
    financeEmails: [],
    financePrincipals: [],
    logRetention: RetentionDays.ONE_MONTH,
    throttling: {
      requestsPerSecond: 100,
      burst: 200,
      signing: { requestsPerSecond: 20, burst: 20 },
      creatingKeys,
    },
    firewall,
    setsUpAccessLogging: true,
  },
  int: {
    name: 'int',
    orgs: ['hub'],
    region,
    removal: 'retain',
    lockedYears,
    ...toBeReplaced,
    logRetention: RetentionDays.THREE_MONTHS,
    throttling: {
      requestsPerSecond: 500,
      burst: 1_000,
      signing: { requestsPerSecond: 50, burst: 50 },
      creatingKeys,
    },
    firewall,
    setsUpAccessLogging: true,
  },
  prod: {
    name: 'prod',
    orgs: ['hub'],
    region,
    removal: 'retain',
    lockedYears,
    ...toBeReplaced,
    logRetention: RetentionDays.ONE_YEAR,
    throttling: {
      requestsPerSecond: 2_000,
      burst: 4_000,
      signing: { requestsPerSecond: 80, burst: 80 },
      creatingKeys,
    },
    firewall,
    setsUpAccessLogging: true,
  },
} as const satisfies Record<string, StageSettings>;

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { KeyRings } from '../domain/key-ring.ts';

/** What one stage of the license server is like. A stage is deployed whole, into one account and region. */
export interface StageSettings {
  /** also the first segment of every path of its API; at most 8 letters, since names of roles hold it */
  readonly name: string;
  /** the Orgs under the Root; a further one may be added at any time, none may be renamed */
  readonly orgs: readonly string[];
  readonly region: string;
  /** destroy: the stage can be removed without a trace. retain: nothing that cannot be made again is ever deleted by CloudFormation */
  readonly removal: 'destroy' | 'retain';
  /** who hears of alarms; each address confirms its subscription once */
  readonly alarmEmails: readonly string[];
  /** who hears of alerts, and who of statements; each confirms once */
  readonly alertEmails: readonly Subscriber[];
  readonly financeEmails: readonly Subscriber[];
  /** ARNs of the roles or users that may take the role of finance, which reads statements; without any there is no such role */
  readonly financePrincipals: readonly string[];
  /** for so long nobody deletes or replaces an export, us included (Object Lock) @default not at all */
  readonly lockedYears?: number;
  readonly logRetention: RetentionDays;
  /** of all requests together, at API Gateway */
  readonly throttling: { readonly requestsPerSecond: number; readonly burst: number };
  readonly firewall: FirewallSettings;
  /** false when another stage in the same account and region already sets API Gateway's one logging role */
  readonly setsUpAccessLogging: boolean;
  /** without it, clients use the address that API Gateway gives */
  readonly domain?: DomainSettings;
  /** of Root and Orgs @default those of lib/key-rings.json */
  readonly keyRings?: KeyRings;
}

/** Who hears by e-mail. */
export interface Subscriber {
  readonly address: string;
  /** hears only of notices that have one of these values in each of these attributes, such as `{ reason: ['possible-clone'] }` @default all */
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
}

/** Requests per IP address in five minutes. One application may call for all of its sites from one address, so `signed` is generous. */
interface FirewallSettings {
  readonly signed: number;
  readonly unsigned: number;
}

export interface DomainSettings {
  readonly name: string;
  /** of AWS Certificate Manager, in the region of the stage */
  readonly certificateArn: string;
}

const region = 'eu-central-1';
/** How long books and their vouchers are kept, at most, in the countries that we bill in. */
const lockedYears = 10;
const firewall = { signed: 150_000, unsigned: 1_000 };

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
    throttling: { requestsPerSecond: 100, burst: 200 },
    firewall,
    setsUpAccessLogging: true,
  },
  int: {
    name: 'int',
    orgs: ['hub'],
    region,
    removal: 'retain',
    lockedYears,
    alarmEmails: [],
    alertEmails: [],
    financeEmails: [],
    financePrincipals: [],
    logRetention: RetentionDays.THREE_MONTHS,
    throttling: { requestsPerSecond: 500, burst: 1_000 },
    firewall,
    setsUpAccessLogging: true,
  },
  prod: {
    name: 'prod',
    orgs: ['hub'],
    region,
    removal: 'retain',
    lockedYears,
    alarmEmails: [],
    alertEmails: [],
    financeEmails: [],
    financePrincipals: [],
    logRetention: RetentionDays.ONE_YEAR,
    throttling: { requestsPerSecond: 2_000, burst: 4_000 },
    firewall,
    setsUpAccessLogging: true,
  },
} as const satisfies Record<string, StageSettings>;

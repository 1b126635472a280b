import type { Alert, RecordedAlert } from '../domain/alerts/alert.ts';
import type { AlertChoice } from '../domain/alerts/alert-filter.ts';
import type { AlertId } from '../domain/alerts/alert-id.ts';
import type { SealedBucket } from '../domain/audit/seal.ts';
import type { TrailEvent } from '../domain/audit/trail-event.ts';
import type { Admin, KeptManifest, ManifestCounts } from '../domain/billing/manifest.ts';
import type { KeptAdmin } from '../domain/billing/person.ts';
import type { QuarterStanding, RecordedStatement } from '../domain/billing/statement/recorded-statement.ts';
import type { StatementFiles, StatementFolder } from '../domain/billing/statement/statement-files.ts';
import type { Claims, LeafType, PublicJwk, StatementDigests } from '../domain/chain/levels.ts';
import type { Application } from '../domain/identity/application.ts';
import type { Caller } from '../domain/identity/policy.ts';
import type { AppId, EnterpriseId, Jti, KeyId, OrgId, SiteId, SiteRef, Subject } from '../domain/kernel/ids.ts';
import type { Quarter, Seconds } from '../domain/kernel/time.ts';
import type { Version } from '../domain/kernel/version.ts';
import type { CountedCells } from '../domain/site-licensing/counting.ts';
import type {
  Enterprise,
  EnterpriseKey,
  EnterpriseLink,
  EstablishedEnterprise,
} from '../domain/site-licensing/enterprise.ts';
import type { LeafClaims } from '../domain/site-licensing/leaf-claims.ts';
import type { RecordedKey } from '../domain/site-licensing/recorded-key.ts';
import type { Reference, Site } from '../domain/site-licensing/site.ts';
import type { EnterpriseCount } from '../domain/site-licensing/tally.ts';
import type { Generations, KeyRing, Ring } from '../domain/trust/key-ring.ts';
import type { RingCoverage } from '../domain/trust/ring-coverage.ts';

/** What a request leaves behind so that the same request again is told from another (24 h). */
export interface Memory {
  readonly org: OrgId;
  readonly app: AppId;
  readonly operation: string;
  /** SHA-256 of the Idempotency-Key */
  readonly idempotencyHash: string;
  /** HMAC of the request under the Idempotency-Key: tells same from other, and nothing else */
  readonly requestHash: string;
}

/** How a remembered request is answered again: by the answer itself, or by making the same key again. */
export type Outcome = { readonly answer: unknown } | KeyOutcome;

/** Names a key that was recorded; the key itself is in no memory. */
export interface KeyOutcome {
  readonly site?: SiteId | undefined;
  readonly enterprise?: EnterpriseId | undefined;
  readonly jti?: Jti | undefined;
}

/** Who changes what and when; rides in the write as its audit event. */
export interface Change {
  readonly operation: string;
  readonly actor: Subject;
  readonly at: Seconds;
  readonly requestId: string;
  readonly memory?: Memory | undefined;
  readonly outcome?: Outcome | undefined;
  readonly alerts?: readonly Alert[] | undefined;
}

/** The facts have changed since they were read: decide again. */
export class Stale extends Error {}

/** The same request was recorded before: answer as then. */
export class Repeated extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super('the same request was recorded before');
    this.outcome = outcome;
  }
}

/** All `record…` methods write the change, its audit event, its memory and its alerts at once. @throws Stale, Repeated */
export interface Sites {
  find(siteId: SiteId): Promise<Site | undefined>;
  reference(enterpriseId: EnterpriseId, app: AppId, ref: SiteRef): Promise<Reference>;
  page(
    enterpriseId: EnterpriseId,
    after: SiteId | undefined,
    limit: number,
  ): Promise<{ sites: readonly Site[]; next?: SiteId }>;
  /** @param reference what a new site was decided by */
  record(before: Site | undefined, after: Site, change: Change, reference?: Reference): Promise<void>;
}

export interface Enterprises {
  /** At most 60 s old: for what changes rarely, the link and the KMS key. */
  find(id: EnterpriseId): Promise<Enterprise | undefined>;
  findNow(id: EnterpriseId): Promise<Enterprise | undefined>;
  /** What was found must not be believed any more. */
  forget(id: EnterpriseId): void;
  /** From the Org's deny list, at most 30 s old. */
  isSuspended(id: EnterpriseId): Promise<boolean>;
  page(
    org: OrgId,
    after: EnterpriseId | undefined,
    limit: number,
  ): Promise<{ ids: readonly EnterpriseId[]; more: boolean }>;
  reserve(enterprise: Enterprise, cap: number | undefined, change: Change): Promise<void>;
  /** also its link, beside the old ones, and its place on the deny list */
  record(before: Enterprise, after: Enterprise, change: Change): Promise<void>;
  key(id: EnterpriseId, app: AppId): Promise<EnterpriseKey | undefined>;
  recordKey(before: EnterpriseKey | undefined, after: EnterpriseKey, change: Change): Promise<void>;
  /** The link that a recorded key was issued under. */
  link(id: EnterpriseId, link: string): Promise<EnterpriseLink>;
}

export interface Applications {
  /** At most 60 s old: for authentication. */
  findKey(keyid: KeyId): Promise<Application | undefined>;
  findNow(org: OrgId, app: AppId): Promise<Application | undefined>;
  record(before: Application | undefined, after: Application, change: Change): Promise<void>;
}

export interface IssuedKey {
  readonly token: string;
  /** what is recorded of it, less what asked for it */
  readonly recorded: Omit<RecordedKey, 'request'>;
}

/** Signs keys with the enterprise's KMS key. */
export interface KeyIssuer {
  issue(claims: LeafClaims, enterprise: EstablishedEnterprise, idempotencyKey: string): Promise<IssuedKey>;
}

/** Makes a recorded key again, to the byte, without KMS. */
export interface KeyRepeater {
  repeat(claims: LeafClaims, recorded: RecordedKey, idempotencyKey: string): Promise<string>;
}

/** Finds and retires the KMS keys of an enterprise. */
export interface EnterpriseKms {
  /** the one key under the alias of this generation, made when there is none yet; a loser's key is scheduled for deletion */
  establish(id: EnterpriseId, generation: number): Promise<string>;
  /** nobody can use it any more; an administrator of the account could enable it again */
  disable(kmsKey: string): Promise<void>;
}

/** Asks the certifier, which alone may use the Org keys; what it answers is verified before it is used. */
export interface Certifier {
  /** @param generation of the enterprise's KMS key */
  certifyEnterprise(id: EnterpriseId, generation: number): Promise<EnterpriseLink>;
  certifyApplication(application: Application): Promise<{ token: string; expiresAt: Seconds }>;
  /** makes a new responder key, of which only the link is ever seen */
  certifyResponder(org: OrgId): Promise<{ chain: string; expiresAt: Seconds }>;
}

/** Since when the keys that sign now do so, and since when their successors are announced. */
export interface KeyTimes {
  readonly root: Seconds;
  readonly org: Seconds;
  readonly nextRoot?: Seconds | undefined;
  readonly nextOrg?: Seconds | undefined;
}

/** What get-trust publishes of an Org. */
export interface OrgTrust {
  readonly org: OrgId;
  /** newest first; older ones until they end */
  readonly orgLinks: readonly string[];
  /** over the key that signs next */
  readonly nextOrgLink?: string | undefined;
  /** by which each Root announces the next one */
  readonly successors: readonly string[];
  readonly responderLinks: readonly string[];
  /** of the keys, as deployed */
  readonly generations: Generations;
  readonly since: KeyTimes;
  /** how often it was recorded; a record builds on the one that was read */
  readonly revision: number;
}

export interface TrustStore {
  /** at most five minutes old */
  find(org: OrgId): Promise<OrgTrust>;
  findNow(org: OrgId): Promise<OrgTrust | undefined>;
  /** @throws Stale when another record came first */
  record(trust: OrgTrust): Promise<void>;
}

/** A Root that a function pins, with the number of its generation. */
export interface PinnedRoot {
  readonly generation: number;
  readonly jwk: PublicJwk;
}

/** Verifies presented keys under the pinned Roots. */
export interface ChainVerifier {
  readonly ring: Ring<PinnedRoot>;
  readonly generations: KeyRing;
  readonly roots: readonly PublicJwk[];
  /** compares the pinned generations with those of the template and of the Org's record, which is read every 5 minutes */
  coverage(org: OrgId): Promise<RingCoverage>;
  verify<T extends LeafType>(token: string, type: T, at: Seconds | 'own-expiry'): Promise<Claims<T>>;
}

/** Signs verdicts with the responder key of the caller's Org, without KMS. */
export interface Responder {
  /** reads the key ahead, while other facts are read */
  prepare(org: OrgId): Promise<void>;
  sign(org: OrgId, verdict: Omit<Claims<'verdict+jwt'>, 'iss'>): Promise<string>;
}

/** Exact replays of requests that answer with a key. */
export interface Nonces {
  /** @returns false when this nonce was used before */
  use(caller: Caller, nonce: string, now: Seconds): Promise<boolean>;
}

export interface AuditTrail {
  page(query: {
    org: OrgId;
    month: string;
    subject?: Subject | undefined;
    after?: string | undefined;
    limit: number;
  }): Promise<{ events: readonly TrailEvent[]; next?: string }>;
}

/** How far the sealing of an Org's audit trail has come. */
export interface Sealing {
  readonly org: OrgId;
  /** the one that is sealed next */
  readonly month: string;
  /** digest of the seal before; undefined before the first */
  readonly previous?: string | undefined;
  /** buckets of this month whose files lie there */
  readonly done: Readonly<Record<string, SealedBucket>>;
  /** how often it was recorded; a record builds on the one that was read */
  readonly revision: number;
}

export interface AuditSeals {
  find(org: OrgId): Promise<Sealing | undefined>;
  /** @throws Stale when another run came first */
  record(sealing: Sealing): Promise<Sealing>;
  hasEvents(org: OrgId, month: string): Promise<boolean>;
  /** all of one bucket, by subject and number */
  events(org: OrgId, month: string, bucket: string): Promise<readonly TrailEvent[]>;
  /** writes `audit/<org>/<month>/<name>` */
  put(org: OrgId, month: string, name: string, text: string): Promise<void>;
}

/** The server's own counts. */
export interface Counts {
  /** Every enterprise in every application, over one quarter; over the running one up to now. In order of enterprise and application. */
  quarter(org: OrgId, quarter: Quarter): Promise<readonly EnterpriseCount[]>;
}

export interface RecordedManifest {
  readonly org: OrgId;
  readonly quarter: Quarter;
  readonly app: AppId;
  /** 1, 2, 3 …: a later push replaces the former, whose body is kept */
  readonly revision: number;
  readonly receivedAt: Seconds;
  /** of the body as it is kept, base64url */
  readonly sha256: string;
  readonly version?: Version | undefined;
}

export interface Manifests {
  /** the latest of every application that has pushed one, in order of application */
  ofQuarter(org: OrgId, quarter: Quarter): Promise<readonly RecordedManifest[]>;
  find(org: OrgId, quarter: Quarter, app: AppId): Promise<RecordedManifest | undefined>;
  /** any revision that was ever recorded; its bytes fit the recorded digest */
  read(org: OrgId, quarter: Quarter, app: AppId, revision: number): Promise<KeptManifest>;
}

/** Alerts as they stand; they are raised by whatever change or refusal they tell of. */
export interface RecordedAlerts {
  /** Records a client's report: its alerts and its memory. @throws Repeated */
  report(change: Change): Promise<void>;
  /** @returns undefined also when no alert can have this id */
  find(org: OrgId, id: AlertId): Promise<RecordedAlert | undefined>;
  /** Day by day as the days are given. What is read may not all be chosen: `isChosen` decides. @throws invalid-request */
  page(query: {
    org: OrgId;
    days: readonly string[];
    choice: AlertChoice;
    after?: string | undefined;
    limit: number;
  }): Promise<{ alerts: readonly RecordedAlert[]; next?: string }>;
  /** @throws Stale when somebody else has acknowledged it meanwhile; not-found; Repeated */
  acknowledge(alert: RecordedAlert, change: Change): Promise<void>;
}

/** The cells from which the counts are made. */
export interface CountedQuarters {
  /** as Counts; one enterprise only when it is named */
  ofQuarter(org: OrgId, quarter: Quarter, enterprise?: EnterpriseId): Promise<readonly CountedCells[]>;
}

/** What an application has pushed. */
export interface PushedManifest {
  readonly org: OrgId;
  readonly quarter: Quarter;
  readonly app: AppId;
  readonly revision: number;
  readonly counts: ManifestCounts;
  readonly admins: readonly Admin[];
}

/** A manifest whose body lies where nothing overwrites it, but that is not recorded yet. */
export interface StoredManifest extends Omit<PushedManifest, 'admins'> {
  readonly sha256: string;
  /** where the body lies */
  readonly object: string;
  readonly admins: readonly KeptAdmin[];
}

/** Manifests as submit-manifest writes them. */
export interface ManifestStore extends Manifests {
  /** how many manifests were recorded for the quarter, of all applications: what a statement builds on */
  pushes(org: OrgId, quarter: Quarter): Promise<number>;
  /** @throws quarter-closed */
  assertOpen(org: OrgId, quarter: Quarter): Promise<void>;
  /** puts the body away, with commitments in the place of the admins */
  keep(manifest: PushedManifest): Promise<StoredManifest>;
  /** @throws Stale, Repeated; quarter-closed when a statement came first */
  record(before: RecordedManifest | undefined, after: StoredManifest, change: Change): Promise<void>;
}

/** The admins of a quarter, as finance reads them. */
export interface AdminList {
  /** Those of the latest manifest of each application. A page may be empty and have a next one. @throws invalid-request */
  page(query: {
    org: OrgId;
    quarter: Quarter;
    application?: AppId | undefined;
    /** people whose time has ended are left out */
    at: Seconds;
    after?: string | undefined;
    limit: number;
  }): Promise<{ admins: { application: AppId; name: string; email: string }[]; next?: string }>;
  /** Records that a page was read, by whom and how many people were in it. @throws Stale */
  recordRead(read: { org: OrgId; quarter: Quarter; reader: AppId; people: number }, change: Change): Promise<void>;
}

/** Names and addresses of people. */
export interface Persons {
  /**
   * Leaves nothing of a person in the caller's Org.
   * @param of the person, by address, and the operator who asks
   * @param changeOf what to record, by the number of entries that were there
   * @returns that number
   */
  erase(of: { org: OrgId; app: AppId; email: string }, changeOf: (entries: number) => Change): Promise<number>;
}

/** How far the sweep has come. */
export interface SweepProgress {
  /** every end of a key before this moment is recorded; undefined when the sweep has never run */
  until(): Promise<Seconds | undefined>;
}

/** How far the recount of a month has come. */
export interface RecountProgress {
  readonly month: string;
  /** the last enterprise that was recounted */
  readonly after?: EnterpriseId | undefined;
  readonly isDone: boolean;
}

/** What is recorded of the statement of each quarter. */
export interface Statements {
  find(org: OrgId, quarter: Quarter): Promise<QuarterStanding>;
  /** @throws Stale when another statement, or a manifest, came after `before` was read */
  record(before: QuarterStanding, after: RecordedStatement, change: Change): Promise<void>;
  /** Finance was told; remembers the request. @throws Repeated; Stale when there is another revision by now */
  recordAnnounced(statement: RecordedStatement, change: Change): Promise<void>;
}

/** The files of statements, as they lie in the bucket of exports. */
export interface KeptStatements {
  /** Keeps drafts under their digests, before anything is recorded: what is published later is read from there. */
  keep(org: OrgId, quarter: Quarter, files: StatementFiles): Promise<StatementDigests>;
  /** Puts the recorded bytes where finance looks. @throws when the drafts are not what was recorded */
  publish(statement: RecordedStatement): Promise<StatementFolder>;
  /** finance may have seen files of this revision */
  isPublished(of: Pick<RecordedStatement, 'org' | 'quarter' | 'revision'>): Promise<boolean>;
  /** `s3://bucket/…/r1/`, for people */
  placeOf(statement: RecordedStatement): string;
}

/** Signs statements under one link of an Org. */
export interface StatementSigning {
  /** that the signature will end at */
  readonly root: PublicJwk;
  /** @returns `statement ~ org link`, verified */
  sign(statement: { quarter: Quarter; revision: number; rules: string; files: StatementDigests }): Promise<string>;
}

export interface StatementSigner {
  under(org: OrgId): Promise<StatementSigning>;
}

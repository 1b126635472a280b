/**
 * The families of items by the first letter of their partition key (docs/architecture.md, "Storage"): Org, Enterprise (sites, references
 * and keys too), apPlication, Idempotency, alert ("N"), Audit, Quarter (manifests, statements), Data of persons, Reads of them, Work.
 */
export type Family = 'O' | 'E' | 'P' | 'I' | 'N' | 'A' | 'Q' | 'D' | 'R' | 'W';

/** A DynamoDB action, as IAM names it; transactions need the actions of their parts. */
export type TableAction = 'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';

/** A topic: alerts, for the infra team; statements, for finance. */
export type Topic = 'alerts' | 'finance';

/** The kind of an object in the bucket of exports: the first segment of its key. */
export type ObjectKind = 'manifests' | 'statements' | 'audit';

/** The exact rights of a function. Tests compare the template, the key policies and recorded requests with them. */
export interface Grants {
  readonly table?: Partial<Record<TableAction, readonly Family[]>>;
  /** queries the index of what expires when */
  readonly queriesExpiry?: true;
  readonly publishes?: readonly Topic[];
  /** moves stream records that it can never process to the dead-letter queue */
  readonly sendsToDeadLetters?: true;
  /** counts the records in the dead-letter queue; cannot read them */
  readonly countsDeadLetters?: true;
  readonly readsObjects?: readonly ObjectKind[];
  readonly writesObjects?: readonly ObjectKind[];
  /** signs with the KMS key of every enterprise: its role is in the path that their policies let sign */
  readonly signsAsEnterprise?: true;
  /** makes the KMS keys of enterprises, and retires those that lost a race */
  readonly makesEnterpriseKeys?: true;
  /** disables KMS keys of enterprises that are compromised */
  readonly disablesEnterpriseKeys?: true;
  /** functions that it may invoke */
  readonly invokes?: readonly ('certify' | 'set-up-trust' | 'sign-statement')[];
  readonly readsSecrets?: readonly ('responder' | 'operator')[];
  readonly writesSecrets?: readonly ('responder' | 'operator')[];
  /** reads the public keys of enterprises, which it certifies: the certifier alone */
  readonly readsEnterpriseKeys?: true;
  /** signs with the Root's key, or with every Org's, and reads their public halves; the trust set-up alone signs as Root */
  readonly signsAs?: 'org' | 'root';
}

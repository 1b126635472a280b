import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BucketEncryption, type LifecycleRule, ObjectLockRetention, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ObjectKind } from '../../lambdas/platform/kernel/grants.ts';
import type { Right } from '../functions/right.ts';
import { exportsBucketName } from '../names.ts';
import type { StageSettings } from '../stages.ts';
import { ServiceKey } from '../store/service-key.ts';
import { ClosedBucket } from './closed-bucket.ts';
import { listing, objects } from './objects.ts';

/**
 * The bucket of manifests, statements and audit seals. It keeps every version; where the stage sets a lock period, no version can be
 * deleted or replaced before it ends. Finance reads it through a role of its own (lib/areas/billing/finance-role.ts).
 */
export class Exports extends Construct {
  readonly bucket: ClosedBucket;
  readonly #stage: string;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id);
    this.#stage = stage.name;
    const { lockedYears } = stage;
    this.bucket = new ClosedBucket(this, 'Bucket', stage, {
      bucketName: exportsBucketName(Aws.ACCOUNT_ID, stage.name, stage.region),
      encryption: BucketEncryption.KMS,
      encryptionKey: new ServiceKey(this, 'Key', stage, 's3'),
      bucketKeyEnabled: true,
      versioned: true,
      ...(lockedYears && {
        objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(daysOf(lockedYears))),
        serverAccessLogsBucket: accessLogs(this, stage),
      }),
      lifecycleRules: [lockedYears ? keptLong : keptShort],
    });
    if (lockedYears) this.bucket.addToResourcePolicy(denyRetentionBypass(this.bucket));
    else Validations.of(this.bucket).acknowledge({ id: 'AwsSolutions-S1', reason: noLogs });
  }

  /** Includes the right to list: without it, S3 answers 403 for an absent object, as for a missing right. */
  rightToRead(kinds: readonly ObjectKind[]): Right {
    const { statements, ...read } = this.#rightTo('s3:GetObject', kinds);
    return { ...read, statements: [...statements, listing(this, this.#stage, kinds, 'StringLikeIfExists')] };
  }

  /** Returns the right to write objects; it includes neither deleting one nor setting its lock. */
  rightToWrite(kinds: readonly ObjectKind[]): Right {
    return this.#rightTo('s3:PutObject', kinds);
  }

  #rightTo(action: string, kinds: readonly ObjectKind[]): Right {
    const { resources, wildcards } = objects(this, this.#stage, kinds);
    return {
      statements: [new PolicyStatement({ actions: [action], resources: [...resources] })],
      settings: { EXPORTS_BUCKET: this.bucket.bucketName },
      wildcards,
    };
  }
}

const seldomReadDays = 90;
const abandonedUploads = { abortIncompleteMultipartUploadAfter: Duration.days(7) };
const transition = {
  storageClass: StorageClass.INFREQUENT_ACCESS,
  transitionAfter: Duration.days(seldomReadDays),
};

/** Nothing is deleted by itself; what a quarter made is seldom read after the next one. */
const keptLong: LifecycleRule = {
  ...abandonedUploads,
  transitions: [transition],
  noncurrentVersionTransitions: [transition],
};

const keptShort: LifecycleRule = {
  ...abandonedUploads,
  expiration: Duration.days(400),
  noncurrentVersionExpiration: Duration.days(1),
};

const noLogs =
  'The stage can be destroyed; S3 brings access logs for hours after, into a bucket that could then not be removed.';

/** Returns the number of days in some years, with leap days. */
function daysOf(years: number): number {
  return Math.ceil(years * 365.25);
}

/**
 * Denies the bypass of governance mode to every principal. An administrator who must bypass it removes this statement first; CloudTrail
 * records both steps (docs/adr/0008-exports-are-locked-in-governance-mode.md).
 */
function denyRetentionBypass(bucket: ClosedBucket): PolicyStatement {
  return new PolicyStatement({
    sid: 'DenyRetentionBypass',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['s3:BypassGovernanceRetention'],
    resources: [bucket.arnForObjects('*')],
  });
}

/** Creates the bucket of access logs. S3 writes them with its own keys only (S3 user guide, "Enabling server access logging"). */
function accessLogs(scope: Construct, stage: StageSettings): ClosedBucket {
  const logs = new ClosedBucket(scope, 'AccessLogs', stage, {
    encryption: BucketEncryption.S3_MANAGED,
    lifecycleRules: [{ ...abandonedUploads, expiration: Duration.days(400) }],
  });
  Validations.of(logs).acknowledge({ id: 'AwsSolutions-S1', reason: 'It is the bucket of access logs.' });
  return logs;
}

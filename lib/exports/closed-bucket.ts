import { BlockPublicAccess, Bucket, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';

/** A bucket that is private, its owner's alone, and reached over TLS 1.2 or later only. */
export class ClosedBucket extends Bucket {
  constructor(scope: Construct, id: string, stage: StageSettings, props: BucketProps) {
    super(scope, id, {
      ...props,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: removalPolicy(stage),
    });
  }

  /** The class leaves it open; the interface of a bucket does not. */
  override get isWebsite(): boolean {
    return false;
  }
}

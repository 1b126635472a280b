import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Setting } from '../../lambdas/platform/kernel/settings.ts';

export type Settings = Partial<Record<Setting, string>>;

/** The grant of a capability to a function: policy statements and the address of the resource together. */
export interface Right {
  readonly statements: readonly PolicyStatement[];
  readonly settings: Settings;
  /** resources with a wildcard among the statements, and why it cannot be avoided */
  readonly wildcards?: readonly Wildcard[];
}

export interface Wildcard {
  /** as the finding of cdk-nag names it */
  readonly resource: string;
  readonly reason: string;
}

import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Setting } from '../../lambdas/environment.ts';

export type Settings = Partial<Record<Setting, string>>;

/** What a capability hands to a function: the right and the address together. */
export interface Right {
  readonly statements: readonly PolicyStatement[];
  readonly settings: Settings;
}

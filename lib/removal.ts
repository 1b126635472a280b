import { RemovalPolicy } from 'aws-cdk-lib';
import type { StageSettings } from './stages.ts';

/**
 * Returns the removal policy of stateful resources. Where state is retained, a resource whose creation failed is still deleted, so that
 * its name is free for the next attempt.
 */
export function removalPolicy({ removal }: StageSettings): RemovalPolicy {
  return removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}

/** Returns whether the stacks of a stage are protected from deletion by hand too. */
export function isProtected({ removal }: StageSettings): boolean {
  return removal === 'retain';
}

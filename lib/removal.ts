import { RemovalPolicy } from 'aws-cdk-lib';
import type { StageSettings } from './stages.ts';

/**
 * What CloudFormation does with state that it no longer finds in a template. Where state is kept, a resource whose very creation
 * failed is still cleaned away, so that the next attempt finds its name free.
 */
export function removalPolicy({ removal }: StageSettings): RemovalPolicy {
  return removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}

/** Returns whether the stacks of a stage are protected from deletion by hand too. */
export function isProtected({ removal }: StageSettings): boolean {
  return removal === 'retain';
}

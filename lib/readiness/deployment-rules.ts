import { Annotations, Aws, CfnRule, Fn, type Stack } from 'aws-cdk-lib';
import type { StageSettings } from '../stages.ts';
import { placeholdersIn } from './placeholders.ts';

/** No Region has this name. */
const neverTrue = Fn.conditionEquals(Aws.REGION, 'none');

/**
 * Stops a deployment that would go to another account, or of a retained stage with placeholders: CloudFormation evaluates the rules of a
 * template before it creates or updates anything. Synthesis only warns, so that it works offline for every stage
 * (docs/adr/0027-placeholders-stop-a-deployment.md).
 */
export function guardDeployment(stacks: readonly Stack[], settings: StageSettings): void {
  const { name, account } = settings;
  const placeholders = placeholdersIn(settings);
  const missing = `Stage ${name} is not complete: ${placeholders.join('; ')}. Complete it in lib/stages.ts.`;
  for (const [i, stack] of stacks.entries()) {
    if (placeholders.length > 0 && i === 0)
      Annotations.of(stack).addWarningV2(`license-server:placeholders-${name}`, missing);
    if (placeholders.length > 0) rule(stack, 'StageIsComplete', neverTrue, missing);
    if (account)
      rule(
        stack,
        'AccountOfStage',
        Fn.conditionEquals(Aws.ACCOUNT_ID, account),
        `Stage ${name} belongs to account ${account}.`,
      );
  }
}

/** Rules refer to pseudo parameters: a parameter would keep the value of the first deployment, whatever default follows. */
function rule(
  stack: Stack,
  id: string,
  assert: ReturnType<typeof Fn.conditionEquals>,
  assertDescription: string,
): void {
  new CfnRule(stack, id, { assertions: [{ assert, assertDescription }] });
}

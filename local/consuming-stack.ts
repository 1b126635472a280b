import type { KeyRings } from '../domain/trust/key-ring.ts';
import { settingsToVerify } from '../lambdas/platform/kernel/settings.ts';
import type { DeployedChain } from './chain.ts';

/** The functions of the stacks `operations` and `work`. */
export interface ConsumingStack<T> {
  deploy(keyRings: KeyRings, chain: DeployedChain): Promise<T>;
}

/** Stands in the template where the cloud's has `Fn::GetStackOutput`: it is the same text whatever the keys are. */
const rootKeysOfTrust = '{"Fn::GetStackOutput":{"StackName":"trust","OutputName":"rootKeys"}}';

/**
 * Deploys as `cdk deploy` does: a stack whose template is the deployed one is skipped. Its functions keep the settings that they have,
 * also where a reference in the template would give another value now (docs/adr/0018).
 * @param make starts the functions with the settings of the deployed chain
 */
export function createConsumingStack<T>(make: (chain: DeployedChain) => Promise<T>): ConsumingStack<T> {
  let deployed: { readonly template: string; readonly functions: T } | undefined;
  return {
    async deploy(keyRings, chain) {
      const template = JSON.stringify(settingsToVerify(keyRings, rootKeysOfTrust));
      if (deployed?.template !== template) deployed = { template, functions: await make(chain) };
      return deployed.functions;
    },
  };
}

import type { KeyRings } from '../domain/trust/key-ring.ts';
import { settingsToVerify } from '../lambdas/platform/kernel/settings.ts';
import type { DeployedChain } from './chain.ts';

/** Functions of the stacks `operations` and `work`. */
export interface ConsumingStack<T> {
  deploy(keyRings: KeyRings, chain: DeployedChain): Promise<T>;
}

/** Placeholder of `Fn::GetStackOutput` in the template: the same text whatever the keys are. */
const rootKeysOfTrust = '{"Fn::GetStackOutput":{"StackName":"trust","OutputName":"rootKeys"}}';

/**
 * Creates a stack that is deployed as by `cdk deploy`: an unchanged template is skipped. Its functions then keep their settings,
 * even if a reference in the template would resolve to another value (docs/adr/0018).
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

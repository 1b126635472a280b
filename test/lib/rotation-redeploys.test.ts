import type { KeyRing, KeyRings } from '../../domain/trust/key-ring.ts';
import { planStep, type RingKind, rotationSteps } from '../../domain/trust/key-ring-rotation.ts';
import { stages } from '../../lib/stages.ts';
import { type Deployment, deploy } from './support/deployment.ts';

/** Settings by which a function knows the keys of Root and Orgs. */
const keySettings = ['KEY_RINGS', 'ROOT_KEYS', 'ROOT_KEY_IDS', 'ORG_KEY_IDS'];

/** The settings of each function that knows keys, as its template states them: references are not followed. */
function settingsOfReaders(deployment: Deployment): ReadonlyMap<string, string> {
  const functions = deployment.all('AWS::Lambda::Function').map(({ path, properties }) => {
    const variables = Object(Object(properties.Environment).Variables);
    return { path, variables, reads: keySettings.some(name => name in variables) };
  });
  return new Map(
    functions.filter(({ reads }) => reads).map(({ path, variables }) => [path, JSON.stringify(variables)]),
  );
}

const at = (root: KeyRing, hub: KeyRing): KeyRings => ({ root, orgs: { hub } });
const first: KeyRing = { previous: [], current: 1, next: null };

/** Two rotations, the second before the first has dropped its key, and the end of both. */
const walk = ['announce', 'switch', 'announce', 'switch', 'drop'] as const;

/** The rings before the walk and after each of its steps. */
function ringsOf(kind: RingKind): readonly KeyRing[] {
  const taken = [first];
  for (const step of walk) {
    const ring = taken.at(-1) ?? first;
    const planned = planStep({ kind, ring, deployed: ring, since: {} }, step);
    if (!planned) throw new Error(`${step} cannot be taken`);
    taken.push(planned.after);
  }
  return taken;
}

describe.each([
  ['root', (ring: KeyRing) => at(ring, first)],
  ['org', (ring: KeyRing) => at(first, ring)],
] as const)('a rotation of the %s (bar R28)', (kind, ringsAt) => {
  const deployments = ringsOf(kind).map(ring => deploy({ ...stages.prod, keyRings: ringsAt(ring) }));

  it.each(walk.map((step, number) => [`step ${number + 1}, ${step}`, number] as const))(
    '%s changes the settings of every function that knows keys, so that its stack is deployed again',
    (_title, number) => {
      const [before, after] = [deployments[number], deployments[number + 1]];
      if (!before || !after) throw new Error('not deployed');
      const settingsBefore = settingsOfReaders(before);
      const settingsAfter = settingsOfReaders(after);
      const unchanged = [...settingsAfter].filter(([path, settings]) => settingsBefore.get(path) === settings);
      expect(unchanged.map(([path]) => path)).toEqual([]);
      const stacks = new Set([...settingsAfter.keys()].map(path => path.split('/')[0]));
      expect([...stacks].sort()).toEqual(['operations', 'trust', 'work']);
    },
  );

  it('leaves the template of every stack as it is where no step was taken', () => {
    const again = deploy({ ...stages.prod, keyRings: ringsAt(first) });
    for (const [stack, template] of again.templates) expect(template).toEqual(deployments[0]?.templates.get(stack));
  });
});

it('covers every kind of step', () => {
  expect(new Set(walk)).toEqual(new Set(rotationSteps));
});

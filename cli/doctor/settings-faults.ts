import * as z from 'zod';
import { generationsOf, isSameRing, KeyRings, mapRing, ringOf } from '../../domain/trust/key-ring.ts';

/** Environment variables of a function. */
export type FunctionSettings = Readonly<Record<string, string>>;

const RootKeys = ringOf(z.looseObject({ generation: z.int() }));

/** Finds functions whose settings differ from the others, which shows an incomplete deployment. */
export function disagreements(functions: ReadonlyMap<string, FunctionSettings>): string[] {
  const names = new Set([...functions.values()].flatMap(settings => Object.keys(settings)));
  return [...names].sort().flatMap(name => {
    const valued = [...functions].flatMap(([row, { [name]: value }]) => (value === undefined ? [] : [{ row, value }]));
    const usual = mostFrequent(valued.map(({ value }) => value));
    const others = valued.filter(({ value }) => value !== usual).map(({ row }) => row);
    return others.length > 0 ? [`${name} differs in ${others.join(', ')}`] : [];
  });
}

/** Finds functions whose key generations differ from the file. */
export function outdatedRings(functions: ReadonlyMap<string, FunctionSettings>, rings: KeyRings): string[] {
  return [...functions].flatMap(([row, { KEY_RINGS, ROOT_KEYS }]) => [
    ...(KEY_RINGS === undefined || statesRings(KEY_RINGS, rings) ? [] : [`${row} has other KEY_RINGS than the file`]),
    ...(ROOT_KEYS === undefined || hasRoots(ROOT_KEYS, rings) ? [] : [`${row} has other ROOT_KEYS than the file`]),
  ]);
}

function statesRings(text: string, rings: KeyRings): boolean {
  const stated = KeyRings.safeParse(parseJson(text)).data;
  if (!stated) return false;
  const orgs = new Set([...Object.keys(stated.orgs), ...Object.keys(rings.orgs)]);
  return (
    isSameRing(stated.root, rings.root) &&
    [...orgs].every(org => isSameRing(generationsOf(stated, org).org, generationsOf(rings, org).org))
  );
}

function hasRoots(text: string, { root }: KeyRings): boolean {
  const { data } = RootKeys.safeParse(parseJson(text));
  return (
    data !== undefined &&
    isSameRing(
      mapRing(data, ({ generation }) => generation),
      root,
    )
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

import { hasCommand } from '../cli/has-command.ts';

/** A program and its arguments. */
export type Recipe = readonly string[];

/** How a key is refreshed by a recipe of docs/examples. */
export interface RefreshRecipe {
  readonly name: string;
  /** why it can't run on this machine */
  readonly missing: string | undefined;
  /** starts of processes are slow: each recipe gets as many points as it can afford */
  readonly points: number;
  readonly prepare?: (folder: string) => void;
  command(folder: string): Recipe;
  /** kills itself before or after its nth step outward */
  dying(folder: string, nth: number, when: string): Recipe;
}

const hasPython = hasCommand('python3', ['-c', 'import cryptography']);

export const refreshRecipes: readonly RefreshRecipe[] = [
  {
    name: 'refresh_key.py',
    missing: hasPython ? undefined : 'there is no python3 with the package cryptography',
    points: 40,
    command: () => ['python3', 'docs/examples/refresh_key.py'],
    dying: (_, nth, when) => ['python3', 'test/recipes/dying_refresh.py', String(nth), when],
  },
];

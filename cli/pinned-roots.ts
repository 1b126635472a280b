import type { PublicJwk } from '../domain/chain/levels.ts';
import { UsageError } from './end.ts';
import { readRootPin } from './statement-folder.ts';

/** The Roots to verify with: files with a public JWK each. @throws UsageError for a thumbprint, which verifies nothing */
export function readPinnedRoots(paths: readonly string[]): PublicJwk[] {
  return paths.map(path => {
    const pin = readRootPin(path);
    if ('jwk' in pin) return pin.jwk;
    throw new UsageError(
      `A signature is checked with the Root itself, and ${path} is only its thumbprint: "license-server trust show --root ${path} --out root.jwk.json" writes the Root that has it.`,
    );
  });
}

/** For an option that may be given several times, as while the Root is replaced. */
export function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

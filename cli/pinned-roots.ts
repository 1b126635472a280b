import type { RootPin } from '../domain/billing/statement/verify-statement.ts';
import { PublicJwk } from '../domain/chain/levels.ts';
import { UsageError } from './exit.ts';
import { readText } from './reading.ts';

const thumbprint = /^[A-Za-z0-9_-]{43}$/;

/** @param given a file with the Root's public JWK, or its RFC 7638 thumbprint @throws UsageError */
export function readRootPin(given: string): RootPin {
  if (thumbprint.test(given)) return { thumbprint: given };
  const text = readText(given).trim();
  if (thumbprint.test(text)) return { thumbprint: text };
  const jwk = PublicJwk.safeParse(parseJson(text));
  if (!jwk.success)
    throw new UsageError(
      `${given} holds neither a public P-256 key as a JWK nor its thumbprint (docs/trust-chain.md says how to get the Root).`,
    );
  return { jwk: jwk.data };
}

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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { RootPin } from '../domain/billing/statement/verify-statement.ts';
import { PublicJwk } from '../domain/chain/levels.ts';
import { UsageError } from './exit.ts';
import { readText } from './reading.ts';

const thumbprint = /^[A-Za-z0-9_-]{43}$/;

/** Reads a pinned Root. @param given a file with the Root's public JWK, or its RFC 7638 thumbprint @throws UsageError */
export function readRootPin(given: string): RootPin {
  if (thumbprint.test(given)) return { thumbprint: given };
  const text = readText(given).trim();
  if (thumbprint.test(text)) return { thumbprint: text };
  const jwk = PublicJwk.safeParse(parseJson(text));
  if (!jwk.success)
    throw new UsageError(
      `The Root in ${given} is invalid: expected a public P-256 key as a JWK, or its thumbprint. See docs/trust-chain.md.`,
    );
  return { jwk: jwk.data };
}

/** Reads pinned Roots from files with a public JWK each. @throws UsageError for a thumbprint, which can't verify signatures */
export function readPinnedRoots(paths: readonly string[]): PublicJwk[] {
  return paths.map(path => {
    const pin = readRootPin(path);
    if ('jwk' in pin) return pin.jwk;
    throw new UsageError(
      `The Root ${path} is only a thumbprint: expected a public JWK. Run "license-server trust show --root ${path} --out root.jwk.json" to write it.`,
    );
  });
}

/** Collects the values of a repeatable option. */
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

import type { Jti } from '../../domain/kernel/ids.ts';
import type { RememberedVerdict } from './guard-memory.ts';
import { type GuardState, type KnownVerdict, saysOfEnterprise } from './guard-state.ts';

type OfKey = Pick<GuardState, 'verdict' | 'knowsEnterprise'>;
type Named = { readonly jti: Jti; readonly ent: string };

/** What the server said last of keys and of their enterprises; the oldest keys make room. */
export interface KnownKeys {
  /** as they were signed */
  readonly tokens: ReadonlyMap<Jti, RememberedVerdict>;
  of(key: Named): OfKey;
  /** @returns whether it is another verdict than before */
  note(key: Named, after: OfKey): boolean;
  keep(jti: Jti, token: RememberedVerdict): void;
}

const mostVerdicts = 10_000;

/** @param kept of an earlier process @param verdictOf what a kept verdict means now */
export function createKnownKeys(
  kept: ReadonlyMap<Jti, RememberedVerdict>,
  verdictOf: (claims: RememberedVerdict['claims']) => KnownVerdict,
): KnownKeys {
  const tokens = new Map<Jti, RememberedVerdict>();
  const verdicts = new Map<Jti, KnownVerdict>();
  const enterprises = new Map<string, boolean>();
  for (const [jti, token] of [...kept].sort(([, a], [, b]) => a.claims.iat - b.claims.iat)) {
    tokens.set(jti, token);
    verdicts.set(jti, verdictOf(token.claims));
    enterprises.set(enterpriseIn(token.claims.sub), saysOfEnterprise(token.claims));
  }

  function makeRoom(): void {
    const oldest = verdicts.keys().next();
    if (verdicts.size < mostVerdicts || oldest.done) return;
    verdicts.delete(oldest.value);
    tokens.delete(oldest.value);
  }

  return {
    tokens,
    of: ({ jti, ent }) => ({ verdict: verdicts.get(jti), knowsEnterprise: enterprises.get(ent) ?? false }),
    note({ jti, ent }, { verdict, knowsEnterprise }) {
      if (!verdict || verdict === verdicts.get(jti)) return false;
      if (!verdicts.has(jti)) makeRoom();
      verdicts.set(jti, verdict);
      enterprises.set(ent, knowsEnterprise);
      return true;
    },
    keep: (jti, token) => void tokens.set(jti, token),
  };
}

/** @returns `hub-7fqrdfrqo6uw5psi` of `site:hub-7fqrdfrqo6uw5psi-dk6w44v5zp3c3mrmc` and of `enterprise:hub-7fqrdfrqo6uw5psi` */
function enterpriseIn(subject = ''): string {
  return /^[a-z]+:([a-z0-9]+-[a-z0-9]+)/.exec(subject)?.[1] ?? '';
}

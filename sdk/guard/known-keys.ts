import type { Jti } from '../../domain/kernel/ids.ts';
import { type GuardState, type KnownVerdict, knowsEnterpriseOf } from './guard-state.ts';
import type { SavedVerdict } from './guard-store.ts';

type OfKey = Pick<GuardState, 'verdict' | 'knowsEnterprise'>;
type Named = { readonly jti: Jti; readonly ent: string };

/** Latest verdicts about keys and their enterprises; the oldest are evicted. */
export interface KnownKeys {
  /** Verdicts as signed tokens. */
  readonly tokens: ReadonlyMap<Jti, SavedVerdict>;
  of(key: Named): OfKey;
  /** Records the state of a key after an event. @returns whether the verdict has changed */
  note(key: Named, after: OfKey): boolean;
  keep(jti: Jti, token: SavedVerdict): void;
}

const maxVerdicts = 10_000;

/** @param kept verdicts that an earlier process saved @param verdictOf computes how long a saved verdict counts now */
export function createKnownKeys(
  kept: ReadonlyMap<Jti, SavedVerdict>,
  verdictOf: (claims: SavedVerdict['claims']) => KnownVerdict,
): KnownKeys {
  const tokens = new Map<Jti, SavedVerdict>();
  const verdicts = new Map<Jti, KnownVerdict>();
  const enterprises = new Map<string, boolean>();
  for (const [jti, token] of [...kept].sort(([, a], [, b]) => a.claims.iat - b.claims.iat)) {
    tokens.set(jti, token);
    verdicts.set(jti, verdictOf(token.claims));
    enterprises.set(enterpriseIn(token.claims.sub), knowsEnterpriseOf(token.claims));
  }

  function evictOldest(): void {
    const oldest = verdicts.keys().next();
    if (verdicts.size < maxVerdicts || oldest.done) return;
    verdicts.delete(oldest.value);
    tokens.delete(oldest.value);
  }

  return {
    tokens,
    of: ({ jti, ent }) => ({ verdict: verdicts.get(jti), knowsEnterprise: enterprises.get(ent) ?? false }),
    note({ jti, ent }, { verdict, knowsEnterprise }) {
      if (!verdict || verdict === verdicts.get(jti)) return false;
      if (!verdicts.has(jti)) evictOldest();
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

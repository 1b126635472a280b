import * as z from 'zod';
import { ChainError } from '../../domain/chain/chain-error.ts';
import type { Jti } from '../../domain/kernel/ids.ts';
import type { Pinned } from '../pinned-root.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import type { KeyStore } from '../stores/key-store.ts';
import { UntrustedVerdictError, type VerdictClaims, verifyStoredVerdict } from '../verify-verdict.ts';
import { type LearnedPolicy, OtherApplication, verifyOwnPolicy } from './own-policy.ts';

/** What a guard knows beyond a restart. Verdicts and policy are kept as they were signed: a file that was edited is found out. */
export interface Remembered {
  /** the server's time when this machine's clock was `clock` */
  readonly time: number;
  readonly clock: number;
  readonly policy: LearnedPolicy | undefined;
  readonly verdicts: ReadonlyMap<Jti, RememberedVerdict>;
}

export interface RememberedVerdict {
  readonly token: string;
  readonly claims: VerdictClaims;
}

export interface GuardMemory {
  /** @throws StoreUnusable */
  load(): Promise<Remembered | undefined>;
  /** @param isLast nothing comes after it that could be saved in its place @throws StoreUnusable */
  save(remembered: Remembered, isLast: boolean): Promise<void>;
}

const Kept = z.object({
  time: z.number(),
  clock: z.number(),
  policy: z.string().optional(),
  /** of any version: what this one can't read is left out, and takes neither the time nor the others along */
  verdicts: z.array(z.unknown()),
});
type Kept = z.infer<typeof Kept>;

/** By the links above them, which are two thirds of a verdict; an earlier version kept each by itself. */
const Verdicts = z.union([
  z.object({ under: z.string(), leaves: z.array(z.string()) }),
  z.string().transform(token => ({ under: token.slice(token.indexOf('~') + 1), leaves: [token.split('~', 1).join()] })),
]);

const mostVerdicts = 2000;
const mostAttempts = 5;
/** What stands around the verdicts, around those under the same links, around one. */
const bytesAround = { all: 300, links: 30, leaf: 3 };

/** Processes may share a store: of two verdicts about a key the newer one is kept. */
export function createGuardMemory(
  store: KeyStore,
  audience: string,
  roots: KnownRoots,
  onLost: (error: unknown) => void,
): GuardMemory {
  const name = `guard/${audience}`;
  async function read() {
    const stored = await store.read(name);
    const kept = stored && parsed(stored.text);
    if (stored && !kept) onLost(new Error(`The memory of the guard (${name}) is damaged: it begins anew.`));
    const verdicts = new Map<Jti, RememberedVerdict>();
    for (const token of tokensOf(kept?.verdicts ?? [])) {
      const claims = await verifyStoredVerdict(token, { ...roots.pinned, audience, now: 'own-expiry' }).catch(notOurs);
      if (claims?.jti) verdicts.set(claims.jti, { token, claims });
    }
    const policy = await policyIn(kept?.policy, { ...roots.pinned, audience });
    return { version: stored?.version, remembered: kept && { ...kept, policy, verdicts } };
  }
  let known: string | undefined;
  let theirs: Signed = { policy: undefined, verdicts: new Map() };
  return {
    async load() {
      const { version, remembered } = await read();
      known = version;
      return remembered;
    },
    async save(ours, isLast) {
      // What bears few writings has just been written by another: that is enough for now.
      const attempts = store.bounds && !isLast ? 1 : mostAttempts;
      for (let attempt = 0; attempt < attempts; attempt++) {
        const text = textOf({ ...ours, ...newest(theirs, ours) }, store.bounds?.bytes);
        const version = await store.write(name, text, known);
        const other = version === undefined ? await read() : undefined;
        known = version ?? other?.version;
        theirs = other?.remembered ?? theirs;
        if (!other) return;
      }
    },
  };
}

type Signed = Pick<Remembered, 'policy' | 'verdicts'>;

function newest(theirs: Signed, ours: Signed): Signed {
  const verdicts = new Map(theirs.verdicts);
  for (const [jti, verdict] of ours.verdicts)
    if ((verdicts.get(jti)?.claims.iat ?? 0) <= verdict.claims.iat) verdicts.set(jti, verdict);
  const isTheirs = (theirs.policy?.policy.iat ?? 0) > (ours.policy?.policy.iat ?? 0);
  return { policy: isTheirs ? theirs.policy : ours.policy, verdicts };
}

async function policyIn(
  token: string | undefined,
  asked: Pinned & { readonly audience: string },
): Promise<LearnedPolicy | undefined> {
  if (token === undefined) return undefined;
  return await verifyOwnPolicy(token, { ...asked, now: 'own-expiry' }).catch(notOurs);
}

/** The newest verdicts, as many as there is room for. */
function textOf({ time, clock, policy, verdicts }: Remembered, mostBytes = Number.POSITIVE_INFINITY): string {
  const newestFirst = [...verdicts.values()].sort((a, b) => b.claims.iat - a.claims.iat).slice(0, mostVerdicts);
  const groups = new Map<string, string[]>();
  let bytes = bytesAround.all + (policy?.token.length ?? 0);
  for (const { token } of newestFirst) {
    const end = token.indexOf('~');
    const [leaf, under] = [token.slice(0, end), token.slice(end + 1)];
    const leaves = groups.get(under) ?? [];
    bytes += leaf.length + bytesAround.leaf + (leaves.length === 0 ? under.length + bytesAround.links : 0);
    if (bytes > mostBytes) break;
    leaves.push(leaf);
    groups.set(under, leaves);
  }
  const inGroups = [...groups].map(([under, leaves]) => ({ under, leaves }));
  return JSON.stringify({ time, clock, policy: policy?.token, verdicts: inGroups });
}

function tokensOf(verdicts: Kept['verdicts']): string[] {
  const groups = verdicts.flatMap(group => Verdicts.safeParse(group).data ?? []);
  return groups.flatMap(({ under, leaves }) => leaves.map(leaf => `${leaf}~${under}`));
}

function parsed(text: string): Kept | undefined {
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Of another Root or another application, or edited: as if it had never come. */
function notOurs(error: unknown): undefined {
  if (!(error instanceof ChainError || error instanceof UntrustedVerdictError || error instanceof OtherApplication))
    throw error;
  return undefined;
}

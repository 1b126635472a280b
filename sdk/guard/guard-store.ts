import * as z from 'zod';
import { ChainError } from '../../domain/chain/chain-error.ts';
import type { Jti } from '../../domain/kernel/ids.ts';
import type { Pinned } from '../pinned-root.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import type { KeyStore } from '../stores/key-store.ts';
import { UntrustedVerdictError, type VerdictClaims, verifyStoredVerdict } from '../verify-verdict.ts';
import { type LearnedPolicy, OtherApplicationError, verifyOwnPolicy } from './own-policy.ts';

/** Knowledge of a guard that survives a restart. Verdicts and policy are stored as signed tokens, so an edited file is detected. */
export interface SavedKnowledge {
  /** Server time, in seconds since 1970, when the clock of this machine was `clock`. */
  readonly time: number;
  readonly clock: number;
  readonly policy: LearnedPolicy | undefined;
  readonly verdicts: ReadonlyMap<Jti, SavedVerdict>;
}

export interface SavedVerdict {
  readonly token: string;
  readonly claims: VerdictClaims;
}

export interface GuardStore {
  /** Reads the saved knowledge. @throws StoreError */
  load(): Promise<SavedKnowledge | undefined>;
  /** Saves the knowledge; retries on a conflict. @param isLast whether no later save will follow @throws StoreError */
  save(remembered: SavedKnowledge, isLast: boolean): Promise<void>;
}

const SavedRecord = z.object({
  time: z.number(),
  clock: z.number(),
  policy: z.string().optional(),
  /** Verdicts in the format of any version; an unreadable one is skipped, the rest of the record is kept. */
  verdicts: z.array(z.unknown()),
});
type SavedRecord = z.infer<typeof SavedRecord>;

/** Verdicts grouped by their parent links, which are two thirds of a verdict; an earlier version stored each separately. */
const Verdicts = z.union([
  z.object({ under: z.string(), leaves: z.array(z.string()) }),
  z.string().transform(token => ({ under: token.slice(token.indexOf('~') + 1), leaves: [token.split('~', 1).join()] })),
]);

const maxVerdicts = 2000;
const maxAttempts = 5;
/** JSON overhead in bytes: of the record, of a group of verdicts, of one verdict. */
const overheadBytes = { all: 300, links: 30, leaf: 3 };

/** Stores the knowledge of a guard in one record. Processes may share it: of two verdicts about a key the newer one is kept. */
export function createGuardStore(
  store: KeyStore,
  audience: string,
  roots: KnownRoots,
  onLost: (error: unknown) => void,
): GuardStore {
  const name = `guard/${audience}`;
  async function read() {
    const stored = await store.read(name);
    const kept = stored && parsed(stored.text);
    if (stored && !kept)
      onLost(new Error(`The saved knowledge of the guard (${name}) is damaged: it is rebuilt from the server.`));
    const verdicts = new Map<Jti, SavedVerdict>();
    for (const token of tokensOf(kept?.verdicts ?? [])) {
      const claims = await verifyStoredVerdict(token, { ...roots.pinned, audience, now: 'own-expiry' }).catch(
        ignoreInvalid,
      );
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
      // With a store that limits writes, the write of another process is sufficient for now.
      const attempts = store.limits && !isLast ? 1 : maxAttempts;
      for (let attempt = 0; attempt < attempts; attempt++) {
        const text = textOf({ ...ours, ...newest(theirs, ours) }, store.limits?.maxRecordBytes);
        const version = await store.write(name, text, known);
        const other = version === undefined ? await read() : undefined;
        known = version ?? other?.version;
        theirs = other?.remembered ?? theirs;
        if (!other) return;
      }
    },
  };
}

type Signed = Pick<SavedKnowledge, 'policy' | 'verdicts'>;

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
  return await verifyOwnPolicy(token, { ...asked, now: 'own-expiry' }).catch(ignoreInvalid);
}

/** Serializes the knowledge with the newest verdicts that fit into `maxBytes`. */
function textOf({ time, clock, policy, verdicts }: SavedKnowledge, maxBytes = Number.POSITIVE_INFINITY): string {
  const newestFirst = [...verdicts.values()].sort((a, b) => b.claims.iat - a.claims.iat).slice(0, maxVerdicts);
  const groups = new Map<string, string[]>();
  let bytes = overheadBytes.all + (policy?.token.length ?? 0);
  for (const { token } of newestFirst) {
    const end = token.indexOf('~');
    const [leaf, under] = [token.slice(0, end), token.slice(end + 1)];
    const leaves = groups.get(under) ?? [];
    bytes += leaf.length + overheadBytes.leaf + (leaves.length === 0 ? under.length + overheadBytes.links : 0);
    if (bytes > maxBytes) break;
    leaves.push(leaf);
    groups.set(under, leaves);
  }
  const inGroups = [...groups].map(([under, leaves]) => ({ under, leaves }));
  return JSON.stringify({ time, clock, policy: policy?.token, verdicts: inGroups });
}

function tokensOf(verdicts: SavedRecord['verdicts']): string[] {
  const groups = verdicts.flatMap(group => Verdicts.safeParse(group).data ?? []);
  return groups.flatMap(({ under, leaves }) => leaves.map(leaf => `${leaf}~${under}`));
}

function parsed(text: string): SavedRecord | undefined {
  try {
    return SavedRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Ignores a token that is invalid here: under another Root, of another application, or edited. */
function ignoreInvalid(error: unknown): undefined {
  if (
    !(error instanceof ChainError || error instanceof UntrustedVerdictError || error instanceof OtherApplicationError)
  )
    throw error;
  return undefined;
}

import { ChainError, type ChainReason } from '../../chain/chain-error.ts';
import { type Claims, PublicJwk } from '../../chain/levels.ts';
import { thumbprintOf } from '../../chain/thumbprint.ts';
import { type CheckSignature, verifyChain } from '../../chain/verify-chain.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { enterprisesCsv } from './enterprises-csv.ts';
import { Statement } from './statement.ts';
import { digestsOf, type StatementFiles, type StatementFolder, statementFileNames } from './statement-files.ts';
import { sumMismatches } from './statement-sums.ts';

/** The Root that is trusted: its public key, or the thumbprint by which the key that the statement names is known to be it. */
export type RootPin = { readonly jwk: PublicJwk } | { readonly thumbprint: string };

/** A fault of a statement and its location. */
export interface Finding {
  readonly file: keyof StatementFolder;
  /** `line 4`, `totals.closing.production` */
  readonly place?: string;
  readonly problem: string;
}

export interface Verification {
  /** empty for a genuine, complete and consistent statement */
  readonly findings: readonly Finding[];
  /** as far as it could be read */
  readonly statement?: Statement | undefined;
  /** the signed claims, when the signature is valid */
  readonly signed?: Claims<'statement+jwt'> | undefined;
}

/**
 * Verifies the folder of a statement, offline: the signature under the pinned Root, every file, every sum. It is verified as of its own
 * time, so that it proves itself years later.
 */
export async function verifyStatement(
  folder: StatementFolder,
  pin: RootPin,
  checkSignature: CheckSignature,
): Promise<Verification> {
  const { statement, findings: unreadable } = readStatement(folder['statement.json']);
  const signature = await verifySignature(folder, pin, checkSignature);
  const signed = 'claims' in signature ? signature.claims : undefined;
  const findings = [
    ...('finding' in signature ? [signature.finding] : await wrongFiles(folder, signature.claims)),
    ...unreadable,
    ...(statement
      ? [...wrongNames(statement, signed), ...wrongNumbers(statement), ...wrongLines(folder, statement)]
      : []),
  ];
  return { findings, statement, signed };
}

function readStatement(text: string): { statement?: Statement; findings: Finding[] } {
  const file = 'statement.json';
  const parsed = Statement.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { findings: [{ file, place: issue?.path.join('.') ?? '', problem: `is no statement: ${issue?.message}` }] };
  }
  const statement = parsed.data;
  const isCanonical = text === canonicalJson(statement);
  return { statement, findings: isCanonical ? [] : [{ file, problem: 'is not in its one spelling (RFC 8785)' }] };
}

async function verifySignature(
  folder: StatementFolder,
  pin: RootPin,
  checkSignature: CheckSignature,
): Promise<{ claims: Claims<'statement+jwt'> } | { finding: Finding }> {
  const root = 'jwk' in pin ? pin.jwk : await namedRoot(folder['statement.json'], pin.thumbprint);
  if (!root)
    return {
      finding: { file: 'statement.json', place: 'root', problem: 'does not name the Root that you have pinned' },
    };
  try {
    const jws = folder['statement.jws'].trimEnd();
    return { claims: await verifyChain(jws, 'statement+jwt', { roots: [root], at: 'own-expiry', checkSignature }) };
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    return { finding: { file: 'statement.jws', problem: inWords[error.reason] } };
  }
}

const inWords: Record<ChainReason, string> = {
  malformed: 'is no signature of a statement',
  'wrong-type': 'is a signature of something else',
  'unknown-root': 'does not end at the Root that you have pinned',
  'broken-chain': 'was not signed by the Org that it names',
  'bad-signature': 'was changed after it was signed, or is forged',
  'outlives-parent': 'claims to last longer than the key that signed it',
  'not-yet-valid': 'was made before the key that signed it was certified',
  expired: 'was made after the key that signed it had ended',
};

async function namedRoot(text: string, thumbprint: string): Promise<PublicJwk | undefined> {
  const named = PublicJwk.safeParse(Object(parseJson(text)).root);
  return named.success && (await thumbprintOf(named.data)) === thumbprint ? named.data : undefined;
}

async function wrongFiles(folder: StatementFiles, { files }: Claims<'statement+jwt'>): Promise<Finding[]> {
  const digests = await digestsOf(folder);
  return statementFileNames
    .filter(name => digests[name] !== files[name])
    .map(file => ({ file, problem: 'is not the file that was signed' }));
}

/** Checks that the signature is for this statement: same Org, quarter, revision and rules. */
function wrongNames(
  { org, quarter, revision, rules }: Statement,
  signed: Claims<'statement+jwt'> | undefined,
): Finding[] {
  if (!signed) return [];
  const name = `statement:${org}/${quarter}/r${revision}`;
  return [
    ...(signed.sub === name
      ? []
      : [
          {
            file: 'statement.jws' as const,
            problem: `is the signature of ${signed.sub}, but statement.json is ${name}`,
          },
        ]),
    ...(signed.rules === rules.version
      ? []
      : [
          {
            file: 'statement.jws' as const,
            problem: `names counting rules ${signed.rules}, statement.json ${rules.version}`,
          },
        ]),
  ];
}

function wrongNumbers(statement: Statement): Finding[] {
  return sumMismatches(statement).map(wrong => ({ file: 'statement.json', ...wrong }));
}

/** Returns each line of enterprises.csv that differs from the one that statement.json gives. */
function wrongLines(folder: StatementFiles, statement: Statement): Finding[] {
  const lines = folder['enterprises.csv'].split('\r\n');
  const expected = enterprisesCsv(statement).split('\r\n');
  const longest = Math.max(lines.length, expected.length);
  return Array.from({ length: longest }, (_, i) => i)
    .filter(i => lines[i] !== expected[i])
    .map(i => ({ file: 'enterprises.csv', place: `line ${i + 1}`, problem: 'does not match statement.json' }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { digestsOf, filesOf, type StatementFolder } from '../../../domain/billing/statement/statement-files.ts';
import { type StatementFacts, statementOf } from '../../../domain/billing/statement/statement-of.ts';
import type { PublicJwk } from '../../../domain/chain/levels.ts';
import { claims, days, newPair, type Pair, token } from '../tamper/chains.ts';
import { sampleFacts } from './sample-statement.ts';

/** A chain of trust made in the test, down to one Org. */
export interface Signer {
  readonly root: Pair;
  readonly org: Pair;
}

export function newSigner(): Signer {
  return { root: newPair(), org: newPair() };
}

/** A made-up statement as it lies in the bucket, its signature with it. @param more facts, or claims of the signature */
export async function signedFolder(
  { root, org }: Signer,
  more: Partial<StatementFacts> = {},
  signed: Readonly<Record<string, unknown>> = {},
): Promise<StatementFolder> {
  const jwk: PublicJwk = root.jwk;
  const facts = { ...sampleFacts(), root: jwk, ...more };
  const statement = statementOf(facts);
  const files = await filesOf(statement);
  const times = { iat: facts.createdAt, nbf: facts.createdAt, exp: facts.createdAt + 400 * days };
  const link = { iat: facts.createdAt - 300 * days, nbf: facts.createdAt - 300 * days, exp: times.exp };
  const leaf = {
    iss: `org:${facts.org}`,
    sub: `statement:${facts.org}/${facts.quarter}/r${facts.revision}`,
    rules: statement.rules.version,
    files: await digestsOf(files),
    ...times,
    ...signed,
  };
  const orgLink = token('org-link+jwt', claims.orgLink(facts.org, org, link), root);
  return { ...files, 'statement.jws': `${token('statement+jwt', leaf, org)}~${orgLink}` };
}

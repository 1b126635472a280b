import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PublicJwk } from '../domain/chain/levels.ts';
import type { StatementFolder } from '../domain/statement/statement-files.ts';
import type { RootPin } from '../domain/statement/verify-statement.ts';
import { UsageError } from './end.ts';
import { reading } from './reading.ts';

/** @throws UsageError when it is no folder, or a file is not there */
export function readStatementFolder(path: string): StatementFolder {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${path} is no folder. Copy the whole folder of a revision, such as r1, from the bucket.`);
  const read = (name: keyof StatementFolder) => readText(join(path, name));
  return {
    'statement.json': read('statement.json'),
    'enterprises.csv': read('enterprises.csv'),
    'report.html': read('report.html'),
    'statement.jws': read('statement.jws'),
  };
}

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

function readText(path: string): string {
  return reading(path, () => readFileSync(path, 'utf8'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

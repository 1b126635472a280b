import type { StatementDigests } from '../../chain/levels.ts';
import { encodeBase64url } from '../../kernel/base64url.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { enterprisesCsv } from './enterprises-csv.ts';
import { reportHtml } from './report/report-html.ts';
import type { Statement } from './statement.ts';

export type StatementFileName = keyof StatementDigests;
export const statementFileNames = ['statement.json', 'enterprises.csv', 'report.html'] as const;

/** The files that are signed, as text (UTF-8). */
export type StatementFiles = Readonly<Record<StatementFileName, string>>;

/** All that a folder of a statement holds. */
export type StatementFolder = StatementFiles & { readonly 'statement.jws': string };

/** Returns the files of a statement. The same statement gives the same bytes. */
export async function filesOf(statement: Statement): Promise<StatementFiles> {
  return {
    'statement.json': canonicalJson(statement),
    'enterprises.csv': enterprisesCsv(statement),
    'report.html': await reportHtml(statement),
  };
}

export async function digestsOf(files: StatementFiles): Promise<StatementDigests> {
  return {
    'statement.json': await sha256Of(files['statement.json']),
    'enterprises.csv': await sha256Of(files['enterprises.csv']),
    'report.html': await sha256Of(files['report.html']),
  };
}

/** @returns SHA-256 of the text in UTF-8, base64url */
export async function sha256Of(text: string): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
}

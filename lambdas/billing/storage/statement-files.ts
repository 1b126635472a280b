import type { RecordedStatement } from '../../../domain/billing/statement/recorded-statement.ts';
import type { StatementFiles } from '../../../domain/billing/statement/statement-files.ts';
import {
  digestsOf,
  type StatementFileName,
  type StatementFolder,
  sha256Of,
  statementFileNames,
} from '../../../domain/billing/statement/statement-files.ts';
import type { StatementDigests } from '../../../domain/chain/levels.ts';
import type { OrgId } from '../../../domain/kernel/ids.ts';
import type { Quarter } from '../../../domain/kernel/time.ts';
import { getObject, locationOf, type ObjectKey, putObject } from '../../platform/aws/objects.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';

/** Stores the files of statements in the bucket of exports. */
export interface StatementFileStore {
  /** Keeps drafts under their digests, before anything is recorded: what is published later is read from there. */
  keep(org: OrgId, quarter: Quarter, files: StatementFiles): Promise<StatementDigests>;
  /** Writes the recorded bytes to the folder of the statement. @throws Error when a draft differs from its recorded digest */
  publish(statement: RecordedStatement): Promise<StatementFolder>;
  /** finance may have seen files of this revision */
  isPublished(of: Pick<RecordedStatement, 'org' | 'quarter' | 'revision'>): Promise<boolean>;
  /** `s3://bucket/…/r1/`, for people */
  locationOf(statement: RecordedStatement): string;
}

const contentTypes = {
  'statement.json': 'application/json',
  'enterprises.csv': 'text/csv; charset=utf-8',
  'report.html': 'text/html; charset=utf-8',
  'statement.jws': 'application/jose',
} as const satisfies Record<keyof StatementFolder, string>;

/**
 * `statements/<org>/<quarter>/r<n>/` for finance, and `drafts/` beside it. A draft is named by its digest, so two concurrent runs do not
 * overwrite each other. The published bytes are the recorded ones, even after a deployment.
 */
export const s3StatementFiles = perRuntime((runtime: Runtime): StatementFileStore => {
  const draft = async ({ org, quarter, files }: RecordedStatement, name: StatementFileName) => {
    const text = await getObject(runtime, draftKey(org, quarter, files[name]));
    if (text === undefined || (await sha256Of(text)) !== files[name])
      throw new Error(`The draft of ${name} differs from its recorded digest.`);
    return text;
  };
  return {
    async keep(org, quarter, files) {
      const digests = await digestsOf(files);
      for (const name of statementFileNames)
        await putObject(runtime, draftKey(org, quarter, digests[name]), files[name], contentTypes[name]);
      return digests;
    },
    async publish(statement) {
      const folder: StatementFolder = {
        'statement.json': await draft(statement, 'statement.json'),
        'enterprises.csv': await draft(statement, 'enterprises.csv'),
        'report.html': await draft(statement, 'report.html'),
        'statement.jws': statement.jws,
      };
      for (const name of [...statementFileNames, 'statement.jws'] as const)
        await putObject(runtime, `${folderKey(statement)}${name}`, folder[name], contentTypes[name]);
      return folder;
    },
    // `statement.json` is written first.
    isPublished: async of => (await getObject(runtime, `${folderKey(of)}statement.json`)) !== undefined,
    locationOf: statement => locationOf(runtime, folderKey(statement)),
  };
});

function draftKey(org: OrgId, quarter: Quarter, digest: string): ObjectKey {
  return `statements/${org}/${quarter}/drafts/${digest}`;
}

function folderKey({ org, quarter, revision }: Pick<RecordedStatement, 'org' | 'quarter' | 'revision'>): ObjectKey {
  return `statements/${org}/${quarter}/r${revision}/`;
}

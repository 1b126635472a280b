import { missingManifests, type Statement } from './statement.ts';

/** Returns the notice for finance: a subject line, a text, the same as JSON, and attributes for filter policies. @param location `s3://…/` */
export function noticeOfStatement(statement: Statement, location: string) {
  const { org, quarter, revision, reason, billed, createdAt } = statement;
  const missing = missingManifests(statement);
  return {
    subject: `License statement ${quarter} r${revision} of ${org}: ${billed.productionSites} production sites`,
    text: textOf(statement, location, missing),
    json: {
      id: `${org}/${quarter}/r${revision}`,
      org,
      quarter,
      revision,
      ...(reason && { reason }),
      createdAt,
      billedProductionSites: billed.productionSites,
      location,
      missingManifests: missing,
      differences: statement.differences.length,
      seatsExceeded: statement.seatsExceeded.length,
    },
    attributes: { id: `${org}/${quarter}/r${revision}`, org, quarter, revision: String(revision) },
  };
}

function textOf(statement: Statement, location: string, missing: readonly string[]): string {
  const { org, quarter, revision, reason, billed, differences, seatsExceeded } = statement;
  const lines = [
    `The license statement of ${org} for ${quarter} is there, revision r${revision}.`,
    '',
    `INVOICE THIS NUMBER: ${billed.productionSites} production sites.`,
    '',
    reason && `It replaces r${revision - 1}: ${reason.code}, ticket ${reason.ticket}.`,
    `Where: ${location}`,
    `To read: report.html. For your spreadsheet: enterprises.csv. To prove: statement.jws.`,
    '',
    `Before you invoice: copy the folder and run  license-server statement verify <folder> --root <root.jwk.json>`,
    '',
    missing.length > 0 &&
      `Manifest missing: ${missing.join(', ')}. The number above is the server's own count all the same.`,
    differences.length > 0 &&
      `The manifests differ from the server in ${differences.length} figures; the report lists them.`,
    seatsExceeded.length > 0 && `Users over their limit in ${seatsExceeded.length} enterprises; the report lists them.`,
    'What the columns mean, and how an error is corrected: docs/finance.md.',
  ];
  return lines.filter(line => typeof line === 'string').join('\n');
}

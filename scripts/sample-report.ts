import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from '../domain/billing/statement/statement-files.ts';
import { statementOf } from '../domain/billing/statement/statement-of.ts';
import { sampleFacts } from '../test/support/vectors/sample-statement.ts';

/** Writes the files of a made-up statement, to look at: `node scripts/sample-report.ts [folder] [enterprises]`. */
const [folder = join('build', 'sample-statement'), enterprises = '12'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const files = await filesOf(statementOf(sampleFacts({ enterprises: Number(enterprises) })));
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
console.log(`A made-up statement is in ${folder}: open ${join(folder, 'report.html')}`);

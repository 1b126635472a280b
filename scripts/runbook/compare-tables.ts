import { restoreLosses } from './restore-losses.ts';
import { wholeTable } from './whole-table.ts';

/** `npx node scripts/runbook/compare-tables.ts <live> <restored>`: what the restored table does not know of. Reads both, writes nothing. */
const [live, restored] = process.argv.slice(2);
if (!live || !restored) {
  console.error('Say which tables: npx node scripts/runbook/compare-tables.ts <live> <restored>');
  process.exit(2);
}
const losses = await restoreLosses(wholeTable(live), wholeTable(restored));
for (const { item, before, restored: after, advice } of losses) console.log(`${item}  ${before} → ${after}  ${advice}`);
console.log(
  losses.length === 0 ? `${restored} knows all that ${live} knows` : `${losses.length} subjects have lost changes`,
);
process.exitCode = losses.length === 0 ? 0 : 1;

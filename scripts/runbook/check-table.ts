import { tableFaults } from './table-faults.ts';
import { wholeTable } from './whole-table.ts';

/** `npx node scripts/runbook/check-table.ts <table>`: whether a table, restored or not, agrees with itself. Reads all of it, writes nothing. */
const [name] = process.argv.slice(2);
if (!name) {
  console.error('Say which table: npx node scripts/runbook/check-table.ts <table>');
  process.exit(2);
}
const faults = await tableFaults(wholeTable(name));
for (const fault of faults) console.log(fault);
console.log(faults.length === 0 ? `${name} agrees with itself` : `${faults.length} contradictions in ${name}`);
process.exitCode = faults.length === 0 ? 0 : 1;

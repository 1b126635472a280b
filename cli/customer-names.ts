import { EnterpriseId } from '../domain/kernel/ids.ts';
import { parseCsv } from './csv.ts';
import { oneLine } from './escape-control-characters.ts';
import { UsageError } from './exit.ts';
import { readText } from './reading.ts';

/**
 * Reads a CSV file of names, `enterpriseId,name` (RFC 4180). The names are only displayed, never sent or written.
 * @throws UsageError with the invalid line
 */
export function readCustomerNames(path: string): Map<string, string> {
  const [header, ...rows] = parseCsv(readText(path), path);
  if (header?.cells.join() !== 'enterpriseId,name')
    throw new UsageError(`The file ${path} is invalid: expected the header "enterpriseId,name".`);
  const names = new Map<string, string>();
  for (const { line, cells } of rows) {
    const [id = '', name = ''] = cells;
    const wrong =
      cells.length !== 2
        ? `expected 2 columns, got ${cells.length}. Quote names that contain a comma`
        : !EnterpriseId.safeParse(id).success
          ? 'expected an enterprise id, such as hub-abcdefghijklmnop'
          : names.has(id)
            ? 'the enterprise occurs twice'
            : '';
    if (wrong) throw new UsageError(`The file ${path} is invalid in line ${line}: ${wrong}.`);
    names.set(id, oneLine(name.trim()));
  }
  return names;
}

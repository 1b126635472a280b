import { EnterpriseId } from '../domain/kernel/ids.ts';
import { parseCsv } from './csv.ts';
import { oneLine } from './escape-control-characters.ts';
import { UsageError } from './exit.ts';
import { readText } from './reading.ts';

/**
 * Finance's own file of names, `enterpriseId,name` (RFC 4180), for reading in the terminal only: nothing of it is sent or written.
 * @throws UsageError with the line that is wrong
 */
export function readCustomerNames(path: string): Map<string, string> {
  const [header, ...rows] = parseCsv(readText(path), path);
  if (header?.cells.join() !== 'enterpriseId,name')
    throw new UsageError(`${path} must begin with the line "enterpriseId,name", with a comma between.`);
  const names = new Map<string, string>();
  for (const { line, cells } of rows) {
    const [id = '', name = ''] = cells;
    const wrong =
      cells.length !== 2
        ? `has ${cells.length} columns, not 2: a name with a comma needs quotes`
        : !EnterpriseId.safeParse(id).success
          ? 'does not begin with an enterprise id, such as hub-abcdefghijklmnop'
          : names.has(id)
            ? 'names an enterprise for the second time'
            : '';
    if (wrong) throw new UsageError(`${path}, line ${line} ${wrong}.`);
    names.set(id, oneLine(name.trim()));
  }
  return names;
}

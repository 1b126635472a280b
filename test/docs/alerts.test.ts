import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { alertMeanings, alertReasons } from '../../domain/alert-reasons.ts';

const page = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter(line => line.startsWith('| <a id='));

it.each(alertReasons)('the row of %s has the anchor that notices name, and the severity that they have', reason => {
  const begin = `| <a id="${reason}"></a>\`${reason}\` | ${alertMeanings[reason].severity} | `;
  expect(rows.filter(row => row.startsWith(begin))).toHaveLength(1);
});

it('has no row of a reason that there is not', () => {
  expect(rows).toHaveLength(alertReasons.length);
});

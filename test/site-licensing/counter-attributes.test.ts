import { expect, it } from '@jest/globals';
import { Quarter, quarterBegins } from '../../domain/kernel/time.ts';
import { cellOf, enterpriseKeyCell, moveCell, siteClasses } from '../../domain/site-licensing/counting.ts';
import { movesOf } from '../../domain/site-licensing/tally.ts';
import { cellAttribute, countersIn, dayAttribute } from '../../lambdas/site-licensing/storage/counter-attributes.ts';
import { itemSize } from '../support/aws/item-size.ts';

const quarter = Quarter.parse('2026-Q4');
const names: string[] = [];
movesOf(move => names.push(moveCell(move)));
const cells = [...siteClasses.map(cellOf), ...names, enterpriseKeyCell];
const days = Array.from({ length: 92 }, (_, day) => quarterBegins(quarter) + day * 86_400 + 1);

it('every counter has a name of its own, and is read as what was written', () => {
  const item = Object.fromEntries([
    ...cells.map((cell, i) => [cellAttribute(cell), i + 1]),
    ...days.map((at, i) => [dayAttribute(at), i + 1]),
  ]);
  expect(Object.keys(item)).toHaveLength(cells.length + 92);
  const read = countersIn({ ...item, pk: 'O#hub#2026-Q4', sk: 'C#', w: 'mark' }, quarter);
  expect(read.cells).toEqual(Object.fromEntries(cells.map((cell, i) => [cell, i + 1])));
  expect([read.days.length, read.days[0], read.days.at(-1)]).toEqual([
    92,
    { day: '2026-10-01', sites: 1 },
    { day: '2026-12-31', sites: 92 },
  ]);
});

it('the item stays within one write unit with every cell and every day in use, in the thousands', () => {
  const enterprise = `${'a'.repeat(12)}-${'b'.repeat(16)}`;
  const keys = { pk: `O#${'a'.repeat(12)}#${quarter}`, sk: `C#${enterprise}#${'c'.repeat(24)}`, w: 'm'.repeat(12) };
  const counters = [...cells.map(cell => [cellAttribute(cell), -9999]), ...days.map(at => [dayAttribute(at), -99])];
  const size = itemSize({ ...keys, ...Object.fromEntries(counters) });
  process.stderr.write(`counters of a quarter, fullest: ${size} bytes\n`);
  expect(size).toBeLessThanOrEqual(1024);
});

it('a day on which as many came as went is no change', () => {
  expect(countersIn({ '05': 0, '06': -1 }, quarter).days).toEqual([{ day: '2026-10-07', sites: -1 }]);
});

/**
 * Whether EventBridge Scheduler takes an expression: neither CDK, nor cfn-lint, nor CloudFormation's validation looks inside.
 * (EventBridge Scheduler user guide, "Schedule types": six fields, one of day-of-month and day-of-week is `?`.)
 */
export function isScheduleExpression(expression: string): boolean {
  const [, kind, inside = ''] = /^(cron|rate)\((.+)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return /^[1-9]\d* (minutes?|hours?|days?)$/.test(inside);
  const values = inside.split(' ');
  if (kind !== 'cron' || values.length !== fields.length) return false;
  const [, , dayOfMonth, , dayOfWeek] = values;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return false;
  return fields.every((field, index) => isField(values[index] ?? '', field));
}

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: string;
  readonly mayBeAny?: true;
}

const fields: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31, mayBeAny: true },
  { least: 1, most: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC' },
  { least: 1, most: 7, names: 'SUN MON TUE WED THU FRI SAT', mayBeAny: true },
  { least: 1970, most: 2199 },
];

function isField(text: string, field: Field): boolean {
  if (text === '?') return field.mayBeAny === true;
  return text.split(',').every(part => {
    const [range = '', step = '1', ...more] = part.split('/');
    if (more.length > 0 || !/^[1-9]\d*$/.test(step)) return false;
    return range === '*' || range.split('-').every(value => isValue(value, field));
  });
}

function isValue(value: string, { least, most, names = '' }: Field): boolean {
  if (names.split(' ').includes(value)) return true;
  return /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
}

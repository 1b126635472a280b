import * as z from 'zod';
import { stages } from '../../lib/stages.ts';
import { deploy, rows } from './support/deployment.ts';
import { compute } from './support/metric-math.ts';

const deployment = deploy(stages.dev);
const Query = z.looseObject({ Id: z.string(), Expression: z.string().optional(), ReturnData: z.boolean().optional() });
const Alarm = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  Metrics: z.array(Query).default([]),
  Threshold: z.number(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  ComparisonOperator: z.string(),
  TreatMissingData: z.string(),
});
const alarm = Alarm.parse(
  deployment
    .all('AWS::CloudWatch::Alarm')
    .map(({ properties }) => properties)
    .find(({ AlarmName }) => AlarmName === 'license-server-dev-refreshes-silent'),
);

/** Whether CloudWatch would alarm. @param answered refreshes of each of the last 168 hours; nothing where the metric never was */
function alarms(answered: readonly number[]): boolean {
  if (answered.length === 0) return alarm.TreatMissingData === 'breaching';
  const seriesOf = (id: string): ReturnType<typeof compute> => {
    const query = alarm.Metrics.find(({ Id }) => Id === id);
    return query?.Expression ? compute(query.Expression, { points: answered.length, seriesOf }) : answered;
  };
  const points = seriesOf(alarm.Metrics.find(({ ReturnData }) => ReturnData !== false)?.Id ?? '');
  if (!Array.isArray(points)) throw new Error('an alarm needs a time series');
  return (
    points.filter(point => point >= alarm.Threshold).length >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods)
  );
}

/** A week of so many refreshes an hour, and then none for some hours. */
const week = (anHour: (hour: number) => number, silentHours: number) =>
  Array.from({ length: 168 }, (_, hour) => (hour < 168 - silentHours ? anHour(hour) : 0));

const busy = () => 40;
const small = (hour: number) => Number(hour % 5 === 0);
const twoOfThreeHours = (hour: number) => Number(hour % 3 > 0);
const imported = (hour: number) => (hour >= 90 && hour < 130 ? 300 : 0);
/** Refreshes did not arrive for five hours on another day. */
const disturbed = (hour: number) => (hour >= 50 && hour < 55 ? 0 : 40);

test.each([
  ['refreshes that stopped two hours ago', week(busy, 2), true],
  ['refreshes that stopped a day ago', week(busy, 24), true],
  ['refreshes that stopped five days ago', week(busy, 120), true],
  ['refreshes that stopped an hour ago', week(busy, 1), false],
  ['refreshes that go on', week(busy, 0), false],
  ['refreshes that came back', [...week(busy, 24).slice(1), 1], false],
  ['refreshes that began an hour ago', [...week(() => 0, 167).slice(1), 40], false],
  ['two hours after a disturbed week', week(disturbed, 2), false],
  ['three hours after a disturbed week', week(disturbed, 3), true],
  ['three hours, where two of three hours have a refresh', week(twoOfThreeHours, 3), false],
  ['a day, where two of three hours have a refresh', week(twoOfThreeHours, 24), true],
  ['a day, in a stage of a hundred sites', week(small, 24), false],
  ['a day and a half after the refreshes of sites that were imported on one day', week(imported, 38), false],
  ['one refresh, five days ago', week(hour => Number(hour === 40), 120), false],
  ['a week without any refresh', week(() => 0, 0), false],
  ['a stage that never had a refresh', [], false],
])('%s: alarms %#', (_, answered, expected) => {
  expect(alarms(answered)).toBe(expected);
});

test('looks back as long as CloudWatch can, by hours', () => {
  const periods = alarm.Metrics.flatMap(({ MetricStat, Period }) => [
    Period ?? Object(MetricStat).Period ?? Number.NaN,
  ]).filter(period => !Number.isNaN(period));
  expect(new Set(periods)).toEqual(new Set([3600]));
  expect(alarm).toMatchObject({
    EvaluationPeriods: 168,
    DatapointsToAlarm: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
  expect(alarm.EvaluationPeriods * 3600).toBeLessThanOrEqual(7 * 24 * 3600);
});

test('counts what refresh-key of this stage has answered, and nothing that it refused', () => {
  const filters = deployment
    .all('AWS::Logs::MetricFilter')
    .filter(({ path }) => path.startsWith('operations/RefreshesSilent/'));
  expect(filters.map(({ path, properties }) => [path, properties.FilterPattern])).toEqual([
    ['operations/RefreshesSilent/refresh-key', '{ $.Answers > 0 }'],
  ]);
  expect(filters[0]?.properties.MetricTransformations).toEqual([
    { MetricName: 'Refreshes', MetricNamespace: 'LicenseServer/dev', MetricValue: '$.Answers' },
  ]);
});

test('says what it means and where to read on', () => {
  expect(alarm.AlarmDescription).toContain('No site has renewed its key for two hours');
  expect(alarm.AlarmDescription).toContain('docs/runbook.md#refreshes-silent');
});

test('a stage without the operation has no such alarm', () => {
  const { 'refresh-key': _, ...operations } = rows.operations;
  const without = deploy(stages.dev, { ...rows, operations }).all('AWS::CloudWatch::Alarm');
  expect(without.filter(({ properties }) => String(properties.AlarmName).endsWith('refreshes-silent'))).toEqual([]);
});
